/** Plain data out of a checkpoint. What could not be understood stands as a string such as "<pathlib.PosixPath>". */
export type PlainValue =
  null | boolean | number | string | readonly PlainValue[] | { readonly [key: string]: PlainValue };
