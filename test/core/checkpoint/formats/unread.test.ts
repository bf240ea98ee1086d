import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { InputError } from '../../../../src/core/base/error';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { UNREAD_FORMATS } from '../../../../src/core/checkpoint/formats/unread';
import { temporaryFolder } from '../../../support/temporary';
import { makeZip } from '../../../support/zip';

const folder = temporaryFolder();
const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const padded = (text: string) => latin(text.padEnd(600, '\0'));

/** A file of every kind that is known and not read, as its program begins one, or a folder of such files. */
const SAMPLES: Readonly<Record<string, Uint8Array | Readonly<Record<string, Uint8Array>>>> = {
  'model.tflite': padded('\x1c\0\0\0TFL3'),
  'llama.gguf': padded('GGUF\x03\0\0\0'),
  'saved_model.pb': padded('\x08\x01\x12'),
  'saved_model/': { 'saved_model.pb': padded('\x08\x01'), 'variables/variables.index': padded('x') },
  'frozen.pb': padded('\x0a\x10'),
  'model.ckpt-100.data-00000-of-00001': padded('weights'),
  'model.ckpt.index': padded('\0\0'),
  checkpoint: latin('model_checkpoint_path: "model.ckpt-100"\n'),
  'tensorflow_checkpoint/': { 'model.data-00000-of-00001': padded('x'), 'model.index': padded('x') },
  'flax_model.msgpack': padded('\x81\xa6params'),
  'orbax/': { _METADATA: latin('{}'), 'manifest.ocdbt': padded('x') },
  'manifest.ocdbt': padded('x'),
  'distributed/': { '.metadata': padded('\x80\x04'), '__0_0.distcp': padded('PK') },
  '__0_0.distcp': padded('PK\x03\x04'),
  'deepspeed/': { 'zero_to_fp32.py': latin('import torch'), latest: latin('global_step10') },
  'zero_pp_rank_0_mp_rank_00_optim_states.pt': padded('PK\x03\x04'),
  'net.mlmodel': padded('\x08\x04'),
  'net.mlpackage/': { 'Manifest.json': latin('{}') },
  'net.pdmodel': padded('\x0a\x20'),
  'net.params': padded('\x12\x01\0\0\0\0\0\0\0\0'),
  'net.caffemodel': padded('\x0a\x08'),
  'yolo.weights': padded('\0\0\0\0\x02\0\0\0\x05\0\0\0'),
  'weights.mat': padded('MATLAB 5.0 MAT-file, Platform: GLNXA64'),
  'weights73.mat': padded('MATLAB 7.3 MAT-file, Platform: GLNXA64'),
  'weights.rds': gzipSync(latin('X\n\0\0\0\x03')),
  'w.npy': padded('\x93NUMPY\x01\0'),
  'events.out.tfevents.1700000000.host': padded('\x18\0\0\0'),
  'digit.png': padded('\x89PNG\r\n\x1a\n'),
  'table.parquet': padded('PAR1'),
  'weights.7z': padded('7z\xbc\xaf\x27\x1c'),
  'weights.tar': padded(`${'a'.padEnd(257, '\0')}ustar`),
  'paper.pdf': padded('%PDF-1.7'),
  'download.pt': latin('<!DOCTYPE html>\n<html><body>Sign in</body></html>'),
  'weights.gz': gzipSync(latin('weights')),
  'code.zip': makeZip([{ name: 'README.md', data: latin('hello') }]),
  'old.pkl': latin("(dp0\nS'w'\np1\nI1\ns."),
  'package.json': latin('{"name": "x"}'),
  'notes.txt': latin('lr = 0.1\n'),
  'pointer.pt': latin('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123456\n'),
  'empty.pt': new Uint8Array(),
  'nothing/': { 'readme.md': latin('x') },
  'several/': { 'a.pt': padded('PK'), 'b.pt': padded('PK') },
  'unknown.bin': padded('\x01\x02\x03\x04'),
};

async function messageOf(name: string): Promise<InputError> {
  const content = SAMPLES[name] ?? {};
  const path = join(folder, name);
  const files = content instanceof Uint8Array ? { '': content } : content;
  for (const [inner, bytes] of Object.entries(files)) {
    const file = inner === '' ? path : join(path, inner);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  const error: unknown = await openCheckpoint(path).catch((thrown: unknown) => thrown);
  if (!(error instanceof InputError))
    throw new Error(`${name} was opened, or failed otherwise`, { cause: error });
  return error;
}

test('every kind has a message that names it, and a remedy', async () => {
  const rows: string[] = [];
  const problems = new Set<string>();
  for (const name of Object.keys(SAMPLES)) {
    const { problem, remedy } = await messageOf(name);
    problems.add(problem);
    expect(remedy ?? '', name).not.toBe('');
    expect(problem, name).not.toMatch(/(?:[0-9a-f]{2} ){3}/);
    const cell = (text: string) => text.replaceAll(folder, '…').replaceAll('|', '\\|').replaceAll('<', '\\<');
    rows.push(`| \`${name}\` | ${cell(problem)} | ${cell(remedy ?? '')} |`);
  }
  for (const { kind } of UNREAD_FORMATS)
    expect(
      [...problems].some((problem) => problem.includes(kind)),
      kind,
    ).toBe(true);
  const table = [
    '# Formats that are not read',
    '',
    'What Modscope says of files and folders that it knows and does not read. A test makes this table',
    '(`test/core/checkpoint/formats/unread.test.ts`; `npx vitest run --project unit -u` writes it anew).',
    '',
    '<!-- prettier-ignore -->',
    '| Example | Message | Remedy |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  await expect(table).toMatchFileSnapshot('../../../../docs/FORMATS-NOT-READ.md');
});
