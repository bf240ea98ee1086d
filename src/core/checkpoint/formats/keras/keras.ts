import { InputError } from '../../../base/error';
import type { PlainRecord, PlainValue } from '../../../base/plain-value';
import type { RandomAccessFile } from '../../../file/file';
import { filePart, unpackedFile } from '../../../file/file-part';
import { type Hdf5Contents, isHdf5, openHdf5 } from '../../../file/hdf5/hdf5';
import { firstEntryName, openZip, type ZipArchive } from '../../../file/zip';
import type { Checkpoint, CheckpointReader } from '../../checkpoint';
import { lazyCheckpoint } from '../../lazy';
import { parseStrictJson } from '../strict-json';
import { isKerasHdf5, kerasTensors } from './keras-tensors';
import { recordOf, wordOf } from './variable-names';

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';
/** Bytes of a configuration; that of a network of a thousand layers has two million. */
const MAX_CONFIG = 2 ** 27;
/** Configurations of layers in models in models, and of what those are given. */
const MAX_DEPTH = 100;

/** model.save("….keras"), of Keras 3 and of Keras 2.12 on: a zip file of a configuration and weights. */
export const kerasZipReader: CheckpointReader = {
  format: 'Keras',
  match(head, file) {
    const first = firstEntryName(head);
    return (
      first !== undefined && ([CONFIG, METADATA, WEIGHTS].includes(first) || file.path.endsWith('.keras'))
    );
  },
  async open(file) {
    const zip = await openZip(file);
    const config = await jsonEntry(zip, CONFIG);
    const weights = await weightsOf(zip);
    const metadata = zip.entries.has(METADATA) ? await jsonEntry(zip, METADATA) : {};
    return kerasCheckpoint(file, 'Keras', await openHdf5(weights), {
      config,
      training: recordOf(config['compile_config']),
      metadata,
    });
  },
};

/** model.save("….h5") and model.save_weights("….weights.h5"), of any version: HDF5. */
export const kerasHdf5Reader: CheckpointReader = {
  format: 'Keras HDF5',
  match: (head) => isHdf5(head),
  async open(file) {
    const contents = await openHdf5(file);
    if (!isKerasHdf5(contents))
      throw new InputError(
        file.path,
        'is an HDF5 file that Keras did not write',
        'Write its arrays to an .npz file: import h5py, numpy; a = {}; h5py.File("weights.h5").visititems(lambda n, d: a.update({n: d[()]}) if hasattr(d, "shape") else None); numpy.savez("weights.npz", **a)',
      );
    const attributes = contents.groups.get('')?.attributes;
    const json = (name: string): PlainRecord | null => {
      const text = attributes?.get(name)?.[0];
      return text === undefined ? null : parsedConfig(file, name, text);
    };
    const version =
      attributes?.get('keras_version')?.[0] ??
      contents.groups.get('model_weights')?.attributes.get('keras_version')?.[0];
    const config = json('model_config');
    return kerasCheckpoint(file, config === null ? 'Keras weights' : 'Keras HDF5', contents, {
      config,
      training: json('training_config') ?? {},
      metadata: version === undefined ? {} : { keras_version: version },
    });
  },
};

/** What a file says beside its weights. */
interface KerasNotes {
  readonly config: PlainRecord | null;
  /** How the model was compiled: loss, optimizer. */
  readonly training: PlainRecord;
  readonly metadata: PlainRecord;
}

function kerasCheckpoint(
  file: RandomAccessFile,
  format: string,
  contents: Hdf5Contents,
  { config, training, metadata }: KerasNotes,
): Checkpoint {
  const checkpoint = lazyCheckpoint(file, format, kerasTensors(contents, config), metadata);
  return {
    ...checkpoint,
    hyperParameters: kerasHyperParameters(training),
    ...(config !== null && { keras: { config, version: wordOf(metadata['keras_version'], '3') } }),
  };
}

/** The loss and the optimizer that a model was compiled with, and the optimizer's numbers. */
export function kerasHyperParameters(training: PlainRecord): PlainRecord {
  const { loss } = training;
  const optimizer = recordOf(training['optimizer'] ?? training['optimizer_config']);
  const lossName = typeof loss === 'string' ? loss : recordOf(loss)['class_name'];
  const settings = Object.entries(recordOf(optimizer['config'])).filter(
    ([name, value]) => name !== 'name' && (typeof value === 'number' || typeof value === 'boolean'),
  );
  const named: [string, PlainValue | undefined][] = [
    ['loss', lossName],
    ['optimizer', wordOf(optimizer['class_name']).replace(/^.*>/, '') || undefined],
  ];
  return Object.fromEntries([
    ...named.flatMap(([name, value]): [string, PlainValue][] =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
    ...settings,
  ]);
}

/** The weights as a file: in place, where they are stored as Keras does it. */
async function weightsOf(zip: ZipArchive): Promise<RandomAccessFile> {
  const entry = zip.entries.get(WEIGHTS);
  if (entry === undefined) throw new InputError(zip.file.path, `is a Keras file without ${WEIGHTS}`);
  if (entry.method === 0) return filePart(zip.file, await zip.dataOffset(entry), entry.size);
  return unpackedFile(zip.file, await zip.readEntry(entry));
}

async function jsonEntry(zip: ZipArchive, name: string): Promise<PlainRecord> {
  const entry = zip.entries.get(name);
  if (entry === undefined) throw new InputError(zip.file.path, `is a Keras file without ${name}`);
  const text = new TextDecoder().decode(await zip.readEntry(entry, MAX_CONFIG));
  return parsedConfig(zip.file, name, text);
}

/** @throws InputError where it is no JSON, or nests too deep */
function parsedConfig(file: RandomAccessFile, name: string, text: string): PlainRecord {
  try {
    // JSON is nothing but plain values.
    return recordOf(parseStrictJson(text, MAX_DEPTH) as PlainValue);
  } catch (error) {
    throw new InputError(
      file.path,
      `its ${name} is not JSON: ${error instanceof Error ? error.message : ''}`,
    );
  }
}
