import { InputError } from '../base/error';

/**
 * Refuses a Git LFS pointer: the few lines of text that stand in a working copy for a large file not yet fetched.
 * @throws InputError when `head` begins one
 */
export function refuseLfsPointer(head: Uint8Array, path: string): void {
  const text = new TextDecoder().decode(head.subarray(0, 512));
  if (!text.startsWith('version https://git-lfs')) return;
  const size = /^size (\d+)$/m.exec(text)?.[1];
  const of = size === undefined ? '' : ` of ${size} bytes`;
  throw new InputError(
    path,
    `is a Git LFS pointer to a file${of}, not the file itself`,
    'Run `git lfs pull`',
  );
}
