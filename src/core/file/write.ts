import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '../base/error';

/**
 * Writes a file whole or not at all: to a temporary file beside it, which then takes its name. A reader, a crash
 * or a cancel never sees half of it, and what stood there before stays until the new one is complete. Folders that are
 * missing are made.
 * @throws InputError when it cannot be written there
 */
export async function writeFileAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, data, { flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new InputError(path, `cannot be written (${reason(error)})`, 'Choose another folder to write to');
  }
}

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
