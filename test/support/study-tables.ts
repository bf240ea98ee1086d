import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The tables of a study's folder, by name, byte for byte. @returns in base64, which is shown where two differ */
export function tableBytes(study: string): Record<string, string> {
  const at = join(study, 'tables');
  return Object.fromEntries(
    readdirSync(at).map((file) => [file, readFileSync(join(at, file)).toString('base64')]),
  );
}
