import * as v from 'valibot';
import { InputError } from '../../../base/error';
import { quote } from '../../../base/text';
import type { RandomAccessFile } from '../../../file/file';
import { firstEntryName, openZip } from '../../../file/zip';
import type { Checkpoint, CheckpointReader, TensorInfo } from '../../checkpoint';
import { lazyCheckpoint, type LazyTensor } from '../../lazy';
import { PickleFault } from '../pickle/value';
import { parseStrictJson } from '../strict-json';
import { lazyTensor } from '../torch/contents';
import { TorchArchive } from '../torch/torch-archive';
import { ELEMENT_TYPES, makeTensor, StorageRef } from '../torch/torch-tensor';
import { exportedGraph, TensorMeta } from './export-graph';

const FORMAT = 'torch.export';
/** Bytes of the JSON; a network of some thousand operators has a few million. */
const MAX_JSON = 2 ** 27;
const MAX_DEPTH = 64;
/** What the first entry of such an archive may be. */
const FIRST_ENTRY =
  /^[^/]+\/(?:data\/(?:weights|constants|sample_inputs)\/|models\/|archive_(?:format|version)$)/;
const MODEL = /^([^/]+\/)models\/([^/]+)\.json$/;

const PayloadConfig = v.object({
  config: v.record(
    v.string(),
    v.object({ path_name: v.string(), use_pickle: v.boolean(), tensor_meta: v.nullable(TensorMeta) }),
  ),
});

/** The types of torch.export's JSON, by their numbers there. */
const TYPES: ReadonlyMap<number, string> = new Map([
  ...['uint8', 'int8', 'int16', 'int32', 'int64', 'float16', 'float32', 'float64'].map(
    (name, i) => [i + 1, name] as const,
  ),
  ...([
    [9, 'complex32'],
    [10, 'complex64'],
    [11, 'complex128'],
    [12, 'bool'],
    [13, 'bfloat16'],
  ] as const),
  ...([
    [28, 'uint16'],
    [29, 'float8_e4m3fn'],
    [30, 'float8_e5m2'],
    [31, 'float8_e4m3fnuz'],
  ] as const),
  ...([
    [32, 'float8_e5m2fnuz'],
    [33, 'float8_e8m0fnu'],
    [34, 'uint32'],
    [35, 'uint64'],
  ] as const),
]);

/** An archive of torch.export.save (.pt2): a graph of ATen calls as JSON, and the tensors as they lie in memory. */
export const torchExportReader: CheckpointReader = {
  format: FORMAT,
  match(head, file) {
    const first = firstEntryName(head);
    return first !== undefined && (FIRST_ENTRY.test(first) || /\.pt2$/i.test(file.path));
  },
  open: openExport,
};

async function openExport(file: RandomAccessFile): Promise<Checkpoint> {
  const zip = await openZip(file);
  const [model, ...others] = [...zip.entries.keys()].flatMap((name) => {
    const [, root, title] = MODEL.exec(name) ?? [];
    return root === undefined || title === undefined ? [] : [{ root, title }];
  });
  if (model === undefined)
    throw new InputError(
      file.path,
      'is no torch.export archive that can be read: it has no models/*.json',
      'Save the program again with torch.export.save of PyTorch 2.8 or newer',
    );
  if (others.length > 0)
    throw new InputError(
      file.path,
      `holds ${others.length + 1} models: ${[model, ...others]
        .slice(0, 5)
        .map(({ title }) => quote(title))
        .join(', ')}`,
      'Save each of them to a file of its own',
    );
  const archive = new TorchArchive(zip, model.root, false, 'data/weights/');
  const graph = exportedGraph(await readJson(archive, `models/${model.title}.json`));
  if (graph === undefined)
    throw new InputError(
      file.path,
      `its models/${model.title}.json is not a graph as torch.export writes it`,
    );
  const weights = await tensorsIn(archive, `data/weights/${model.title}_weights_config.json`, 'weight');
  const constants = await tensorsIn(
    archive.withStorages('data/constants/'),
    `data/constants/${model.title}_constants_config.json`,
    'other',
  );
  const names = new Set(weights.map(({ info }) => info.name));
  const own = constants.filter(({ info }) => !names.has(info.name));
  return { ...lazyCheckpoint(file, FORMAT, [...weights, ...own]), exported: graph };
}

async function readJson(archive: TorchArchive, name: string): Promise<unknown> {
  try {
    return parseStrictJson(await archive.text(name, MAX_JSON), MAX_DEPTH);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError(archive.path, `its ${quote(name)} is not JSON as it should be (${error.message})`);
  }
}

/** The tensors that a configuration lists: each a file of raw values, or a pickle, which is not read. */
async function tensorsIn(
  archive: TorchArchive,
  config: string,
  role: TensorInfo['role'],
): Promise<LazyTensor[]> {
  if (!archive.has(config)) return [];
  const parsed = v.safeParse(PayloadConfig, await readJson(archive, config));
  if (!parsed.success)
    throw new InputError(archive.path, `its ${quote(config)} does not list tensors as torch.export does`);
  return Object.entries(parsed.output.config).flatMap(
    ([name, { path_name: key, use_pickle: pickled, tensor_meta: meta }]) => {
      if (pickled || meta === null) {
        if (role === 'other') return [];
        throw new InputError(
          archive.path,
          `its tensor ${quote(name)} is stored as a pickle, which is not read`,
          'Save the weights with torch.save(program.state_dict, "weights.pt") and name this file as their graph: {"model": "model.pt2"} in modscope.json',
        );
      }
      return [exportedTensor(archive, name, key, meta, role)];
    },
  );
}

function exportedTensor(
  archive: TorchArchive,
  name: string,
  key: string,
  { dtype, sizes, strides, storage_offset: offset }: v.InferOutput<typeof TensorMeta>,
  role: TensorInfo['role'],
): LazyTensor {
  const type = ELEMENT_TYPES.get(`torch.${TYPES.get(dtype) ?? ''}`);
  const held = archive.storageSize(key);
  if (type === undefined || held === undefined)
    throw new InputError(
      archive.path,
      type === undefined
        ? `its tensor ${quote(name)} is of the type ${dtype}, which is not known`
        : `lacks the values ${quote(key)} of its tensor ${quote(name)}`,
    );
  const known = (size: (typeof sizes)[number]): number => ('as_int' in size ? size.as_int : -1);
  try {
    const storage = new StorageRef(key, type, Math.floor(held / type.size), 0);
    const tensor = makeTensor(storage, type, [known(offset), sizes.map(known), strides.map(known)]);
    return lazyTensor(archive.path, { name, dtype: type.dtype, shape: tensor.shape, role }, tensor, archive);
  } catch (error) {
    if (!(error instanceof PickleFault)) throw error;
    throw new InputError(archive.path, `its tensor ${quote(name)} does not fit: ${error.message}`);
  }
}
