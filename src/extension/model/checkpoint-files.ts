import { extname, sep } from 'node:path';
import { DATA_FOLDER } from '../../core/file/folders';

/** What files are called: checkpoints, data sets and the folders in which neither is looked for. */

/** Without the dot; package.json names them again in when clauses and in the editor's selector. */
export const EXTENSIONS = [
  'ckpt',
  'pt',
  'pt2',
  'pth',
  'safetensors',
  'npz',
  'onnx',
  'keras',
  'h5',
  'joblib',
] as const;

/** Endings of files that may be checkpoints and mostly are something else: they are opened where the user picks them. */
export const DOUBTFUL_EXTENSIONS = ['bin', 'json', 'pkl', 'pickle', 'sav'] as const;

export const CHECKPOINT_GLOB = `**/*.{${EXTENSIONS.join(',')}}`;

/** Folders of tools: what lies in them is not the user's. */
const TOOL_FOLDERS = ['node_modules', 'site-packages', '.venv', 'venv', '.git'] as const;

export const TOOL_FOLDERS_GLOB = `**/{${TOOL_FOLDERS.join(',')}}/**`;

const toolFolders = new Set<string>(TOOL_FOLDERS);
const suffixes = new Set<string>(EXTENSIONS.map((extension) => `.${extension}`));

export function isCheckpointName(path: string): boolean {
  return suffixes.has(extname(path).toLowerCase());
}

/** NumPy archives and HDF5 hold data sets as often as parameters; in a data folder, that is what they are. */
export function isDataArchive(path: string): boolean {
  return (
    ['.npz', '.h5'].includes(extname(path).toLowerCase()) &&
    path.split(sep).some((part) => DATA_FOLDER.test(part))
  );
}

/** Whether the path leads into a folder of a tool, or to one. */
export function isInToolFolder(path: string): boolean {
  return path.split(sep).some((part) => toolFolders.has(part));
}
