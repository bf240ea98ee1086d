import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError } from '../../src/core/base/error';
import { Random } from '../../src/core/base/random';
import { openZip } from '../../src/core/file/zip';
import { MemoryFile } from '../support/memory-file';
import { openTorch } from '../support/torch';
import { makeZip, type Part } from '../support/zip';

const FOLDER = join(import.meta.dirname, '../fixtures/torch');
const MUTANTS = 60;
/** Where a legacy file's pickles are; later bytes are weights, and any are good. */
const PICKLES = 1000;
const OPCODES = Buffer.from(
  '.(02pqr\x94ghjNJKM\x8a\x8bXU\x8c)]}\x8ftl\x85\x86\x87dae\x90suc\x93\x82R\x81\x92iobQP',
  'latin1',
);

/** One to four bytes changed, half of them to opcodes. */
function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let n = 1 + random.integer(4); n > 0; n--) {
    const opcode = random.uniform() < 0.5;
    copy[random.integer(Math.min(PICKLES, copy.length))] = opcode
      ? OPCODES[random.integer(OPCODES.length)]!
      : random.integer(256);
  }
  return copy;
}

/** Makes files with a changed pickle; zip files get a new checksum for it. */
async function mutants(name: string, random: Random): Promise<() => Uint8Array> {
  const content = Uint8Array.from(readFileSync(join(FOLDER, name)));
  if (name.includes('legacy')) return () => mutated(content, random);
  const zip = await openZip(new MemoryFile(content));
  const parts: Part[] = [];
  for (const entry of zip.entries.values())
    parts.push({ name: entry.name, data: await zip.readEntry(entry, content.length) });
  const change = (part: Part) =>
    part.name.endsWith('/data.pkl') ? { ...part, data: mutated(part.data, random) } : part;
  return () => makeZip(parts.map(change));
}

async function openAndReadAll(content: Uint8Array): Promise<void> {
  const checkpoint = await openTorch(content);
  for (const name of checkpoint.tensors.keys()) await checkpoint.read(name);
}

test.each(readdirSync(FOLDER))('damaged pickles are read or refused in one line: %s', async (name) => {
  const mutant = await mutants(name, new Random(1));
  for (let i = 0; i < MUTANTS; i++) {
    const error: unknown = await openAndReadAll(mutant()).catch((reason: unknown) => reason);
    if (error === undefined) continue;
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(/^memory\.pt.{1,300}$/);
  }
});
