/** Plain data out of a checkpoint. A value that was not understood is a string such as "<pathlib.PosixPath>". */
export type PlainValue =
  null | boolean | number | string | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/** Plain values by name. */
export type PlainRecord = Readonly<Record<string, PlainValue>>;
