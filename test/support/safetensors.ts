/** A safetensors file: its length, this header (an object, or any text) and these values. */
export function makeSafetensors(header: object | string, data: Uint8Array, length?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(text.length));
  return Uint8Array.from(Buffer.concat([size, text, data]));
}

/** A file of one float32 tensor of the given values. */
export function oneTensor(name: string, ...values: number[]): Uint8Array {
  const data = new Uint8Array(Float32Array.from(values).buffer);
  const entry = { dtype: 'F32', shape: [values.length], data_offsets: [0, data.length] };
  return makeSafetensors({ [name]: entry }, data);
}
