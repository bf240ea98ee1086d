import { extname, sep } from 'node:path';
import { DATA_FOLDER } from '../../core/file/folders';

/** Without the dot; package.json names them again in when clauses and in the editor's selector. */
export const EXTENSIONS = ['ckpt', 'pt', 'pth', 'safetensors', 'npz', 'onnx'] as const;

export const CHECKPOINT_GLOB = `**/*.{${EXTENSIONS.join(',')}}`;

const known = new Set<string>(EXTENSIONS.map((extension) => `.${extension}`));

export function isCheckpointName(path: string): boolean {
  return known.has(extname(path).toLowerCase());
}

/** NumPy archives hold data sets as often as parameters; in a data folder, that is what they are. */
export function isDataArchive(path: string): boolean {
  return extname(path).toLowerCase() === '.npz' && path.split(sep).some((part) => DATA_FOLDER.test(part));
}
