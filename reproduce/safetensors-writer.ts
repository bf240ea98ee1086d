import type { DenseNetwork } from './dense-network';

/**
 * A network as a safetensors file: hidden1.weight [outputs, inputs], hidden1.bias, and so on up to readout.bias. Format:
 * github.com/huggingface/safetensors.
 */
export function safetensorsOf(network: DenseNetwork, metadata: Readonly<Record<string, string>>): Uint8Array {
  const { layers } = network;
  const tensors = layers.flatMap(({ weight, bias, inputs, outputs }, index) => {
    const name = index < layers.length - 1 ? `hidden${index + 1}` : 'readout';
    return [
      { name: `${name}.weight`, shape: [outputs, inputs], values: weight },
      { name: `${name}.bias`, shape: [outputs], values: bias },
    ];
  });
  const header: Record<string, unknown> = { __metadata__: metadata };
  let at = 0;
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [at, (at += values.byteLength)] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // The values begin at a multiple of 8, for those who map the file into memory.
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(start + at).fill(0x20, 8, start);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  file.set(text, 8);
  let to = start;
  for (const { values } of tensors) {
    for (let i = 0; i < values.length; i++, to += 4) view.setFloat32(to, values[i]!, true);
  }
  return file;
}
