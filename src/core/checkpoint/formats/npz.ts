import { openNpz } from '../../file/npy';
import { firstEntryName } from '../../file/zip';
import type { CheckpointReader } from '../checkpoint';
import { lazyCheckpoint } from '../lazy';

const FORMAT = 'NumPy npz';

/** numpy.savez: a zip file of .npy members, a tensor each. */
export const npzReader: CheckpointReader = {
  format: FORMAT,
  match: (head, file) => firstEntryName(head)?.endsWith('.npy') ?? file.path.endsWith('.npz'),
  async open(file) {
    const arrays = [...(await openNpz(file))].map(([name, array]) => {
      const { dtype, shape } = array.header;
      return { info: { name, dtype, shape, role: 'weight' as const }, read: () => array.read() };
    });
    return lazyCheckpoint(file, FORMAT, arrays);
  },
};
