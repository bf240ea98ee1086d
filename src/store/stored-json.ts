import * as v from 'valibot';
import { InputError } from '../core/base/error';
import { NO_FILE, withFile, writeFileAtomically } from '../core/file/local';

// Small files of JSON that a study is made of: written whole or not at all, checked against their schema when they are read.

/**
 * A folder of results could not be written to: the study cannot go on, whereas a checkpoint that fails only costs its own
 * result.
 */
export class ResultFolderError extends InputError {}

/** Bytes that a file of a study may have: far more than any does, and what a string can hold. */
const MOST_BYTES = 2 ** 28;

/** @throws ResultFolderError where it cannot be written */
export async function writeStored(path: string, data: string | Uint8Array): Promise<void> {
  try {
    await writeFileAtomically(path, data, { durable: true });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new ResultFolderError(error.where, error.problem, 'What is done is kept: run the study again');
  }
}

/** One line of JSON. */
export function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** @throws InputError where there is no such file, or it is too long to be one of ours */
export async function readStoredText(path: string): Promise<string> {
  return withFile(path, async (file) => {
    if (file.size > MOST_BYTES)
      throw new InputError(path, `has ${file.size} bytes, which no file of a study has`);
    return new TextDecoder().decode(await file.read(0, file.size));
  });
}

/** null where there is no such file. @throws InputError where it is not what it should be */
export async function readStored<const S extends v.GenericSchema>(
  path: string,
  schema: S,
): Promise<v.InferOutput<S> | null> {
  const damaged = (what: string) =>
    new InputError(path, `is damaged: ${what}`, 'Remove it and run the study again');
  let value: unknown;
  try {
    value = JSON.parse(await readStoredText(path));
  } catch (error) {
    if (!(error instanceof InputError)) throw damaged('it is not JSON');
    if (error.problem === NO_FILE) return null;
    throw error;
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  throw damaged(`${v.getDotPath(result.issues[0]) ?? 'it'}: ${result.issues[0].message}`);
}

/** The same for what can be computed again: null where it is not what it should be. */
export async function readStoredOrNull<const S extends v.GenericSchema>(
  path: string,
  schema: S,
): Promise<v.InferOutput<S> | null> {
  try {
    return await readStored(path, schema);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
