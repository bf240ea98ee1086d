import { openNpz } from '../../file/npy';
import type { CheckpointReader } from '../checkpoint';
import { lazyCheckpoint } from '../lazy';

const FORMAT = 'NumPy npz';
const LOCAL_HEADER = 0x504b0304;
const LOCAL_LENGTH = 30;

/** numpy.savez: a zip file of .npy members, a tensor each. */
export const npzReader: CheckpointReader = {
  format: FORMAT,
  match(head, file) {
    const first = firstMember(head);
    return first === undefined ? file.path.endsWith('.npz') : first.endsWith('.npy');
  },
  async open(file) {
    const arrays = [...(await openNpz(file))].map(([name, array]) => {
      const { dtype, shape } = array.header;
      return { info: { name, dtype, shape, role: 'weight' as const }, read: () => array.read() };
    });
    return lazyCheckpoint(file, FORMAT, arrays);
  },
};

/** The name of the first entry, where the file is a zip file. */
function firstMember(head: Uint8Array): string | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (head.length < LOCAL_LENGTH || view.getUint32(0) !== LOCAL_HEADER) return undefined;
  return new TextDecoder().decode(head.subarray(LOCAL_LENGTH, LOCAL_LENGTH + view.getUint16(26, true)));
}
