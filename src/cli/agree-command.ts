import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { agreement, type AgreementItem } from '../core/analysis/agreement';
import { InputError } from '../core/base/error';
import { choice, UsageError, wholeNumber } from '../settings/flags';
import { parse } from './arguments';
import { type CommandHelp, parseable } from './help';
import { readMatrix } from './cluster-command';
import { tableNumber, textTable } from './output';

const FLAGS = {
  matrices: { form: 'DIR', help: 'a folder with <name>.npy, the matrices that the partitions were made of' },
  dead: {
    form: 'exclude|as-cluster',
    help: 'what becomes of units that are dead in either (default exclude)',
  },
  null: { form: 'N', help: 'random relabellings for p (default 5000)' },
  seed: { form: 'S', help: 'of every random choice (default 0)' },
  json: { form: '', help: 'print JSON, with all metrics' },
} as const;

/** modscope agree --help */
export const agreeHelp: CommandHelp = {
  form: 'agree PARTITIONS.json [options]',
  about: `How well partitions of the same units agree. The file holds {"name": [label per unit, -1 dead], ...}. A dash is a metric
that is not defined; ami and ari of equal partitions are 1, a single cluster or singletons included.`,
  flags: [FLAGS],
};

const partitionsSchema = v.record(v.string(), v.array(v.pipe(v.number(), v.integer(), v.minValue(-1))));

/** `modscope agree PARTITIONS.json [options]`: how well any partitions of the same units agree. */
export async function agreeCommand(args: readonly string[]): Promise<string> {
  const { positionals, values } = parse(args, parseable(FLAGS));
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError('agree takes one JSON file');
  const dead = choice('dead', values.dead, ['exclude', 'as-cluster']);
  const nullSamples = wholeNumber('null', values.null, 0);
  const seed = wholeNumber('seed', values.seed, 0);

  const partitions = await readPartitions(path);
  const items = await Promise.all(
    Object.entries(partitions).map(async ([name, labels]): Promise<AgreementItem> => {
      const file = values.matrices === undefined ? null : matrixFile(values.matrices, name);
      const matrix = file !== null && existsSync(file) ? await readMatrix(file) : undefined;
      return { name, labels: Int32Array.from(labels), matrix };
    }),
  );
  const pairs = agreement(items, { dead, nullSamples, seed });
  if (values.json === true) return `${JSON.stringify(pairs)}\n`;
  return `${textTable([
    ['partitions', 'element_sim', 'alignment', 'p', 'rmi_norm', 'vi_norm', 'ami', 'ari', 'rsa'],
    ...pairs.map((pair) => [
      `${pair.a} : ${pair.b}`,
      ...[
        pair.element_sim,
        pair.alignment,
        pair.p,
        pair.rmi_norm,
        pair.vi_norm,
        pair.ami,
        pair.ari,
        pair.rsa,
      ].map((value) => tableNumber(value, 4)),
    ]),
  ])}\n`;
}

const EXPECTED = '{"name": [label per unit, -1 dead], ...}';

/** Whether a file begins with the byte order mark of UTF-16, least byte first. */
function isUtf16(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xfe;
}

async function readPartitions(path: string): Promise<Record<string, number[]>> {
  const bytes = await readFile(path).catch(() => {
    throw new InputError(
      path,
      'no such file, or it cannot be read',
      'Check the path and who may read the file',
    );
  });
  let value: unknown;
  try {
    // Decoding drops a byte order mark, which PowerShell writes; in UTF-16 it says so.
    value = JSON.parse(new TextDecoder(isUtf16(bytes) ? 'utf-16le' : 'utf-8').decode(bytes));
  } catch {
    throw new InputError(path, 'is not JSON', `Expected is ${EXPECTED}`);
  }
  const result = v.safeParse(partitionsSchema, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw new InputError(
      path,
      `${v.getDotPath(issue) ?? 'it'} is wrong: ${issue.message}`,
      `Expected is ${EXPECTED}`,
    );
  }
  return result.output;
}

/** @throws InputError where a name leads out of the folder */
function matrixFile(folder: string, name: string): string {
  if (/[/\\\0]/.test(name))
    throw new InputError(name, 'cannot be the name of a matrix file', 'Leave out slashes');
  return join(folder, `${name}.npy`);
}
