import type { ScriptAttribute } from '../../checkpoint';
import type { PickleValue } from '../pickle/value';
import { lazyTensor, type Program } from './contents';
import type { TorchArchive } from './torch-archive';
import { TensorRef } from './torch-tensor';

/** Bytes of one file of code: that of the largest networks has some hundred thousand. */
const MAX_CODE = 2 ** 23;
/** Constants of the code, and values in one that is a list. */
const MAX_CONSTANTS = 20_000;

/** What a TorchScript archive has besides its module: code, the constants of it, the shape it was traced with. */
export async function scriptProgram(archive: TorchArchive): Promise<Program> {
  const folder = archive.withStorages('constants/');
  const { value } = await folder.unpickle('constants.pkl');
  const tensors: Program['tensors'][number][] = [];
  const constants = listOf(value)
    .slice(0, MAX_CONSTANTS)
    .map((constant, i): ScriptAttribute => {
      if (!(constant instanceof TensorRef)) return plainConstant(constant);
      const name = `CONSTANTS.c${i}`;
      const info = { name, dtype: constant.type.dtype, shape: constant.shape, role: 'other' } as const;
      tensors.push(lazyTensor(archive.path, info, constant, folder));
      return { tensor: name };
    });
  return {
    tensors,
    program: {
      constants,
      tracedShape: await tracedShape(archive),
      source: async (path) =>
        archive.has(`code/${path}`) ? archive.text(`code/${path}`, MAX_CODE) : undefined,
    },
  };
}

function listOf(value: PickleValue): readonly PickleValue[] {
  return Array.isArray(value) ? value : [];
}

function plainConstant(value: PickleValue): ScriptAttribute {
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_CONSTANTS);
    return items.map((item) => (Array.isArray(item) ? undefined : plainConstant(item)));
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  return typeof value === 'string' ? value : undefined;
}

/** The first tensor that forward was given; its values are not in the file. */
async function tracedShape(archive: TorchArchive): Promise<readonly number[] | null> {
  if (!archive.has('traced_inputs.pkl')) return null;
  const { value } = await archive.withStorages('traced_inputs/').unpickle('traced_inputs.pkl', false);
  const inputs = value instanceof Map ? value.get('forward') : undefined;
  const first = Array.isArray(inputs) ? inputs[0] : undefined;
  return first instanceof TensorRef ? first.shape : null;
}
