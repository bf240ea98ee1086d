/** A .npy file with any header, true or not. */
export function makeNpy(options: {
  readonly version?: number;
  readonly descr?: string;
  readonly fortran?: string;
  readonly shape?: string;
  /** Replaces the dictionary of the three above. */
  readonly header?: string;
  readonly data: Uint8Array;
}): Uint8Array {
  const { version = 1, descr = '|u1', fortran = 'False', shape = '(1,)', data } = options;
  const header = options.header ?? `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(header.length, 0, length.length);
  const parts = [Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1'), length];
  return Uint8Array.from(Buffer.concat([...parts, Buffer.from(header), data]));
}
