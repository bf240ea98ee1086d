import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeNpy } from '../../src/core/file/npy';
import { modscope } from '../support/command';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
const CASE_10 = join(import.meta.dirname, '../fixtures/cases/10-identical-partitions-not-1');

it.each([
  [['inspect', '--help'], 'modscope inspect CKPT', '--json'],
  [['analyze', '--help'], 'modscope analyze CKPT...', '--methods'],
  [['analyze', 'nowhere.pt', '-h'], 'modscope analyze CKPT...', '--matrices'],
  [['study', '--help'], 'modscope study GLOB...', '--replicate'],
  [['study', 'plan', '--help'], 'modscope study plan GLOB...', '--by'],
  [['study', 'run', '--help'], 'modscope study run S', '--shard'],
  [['study', 'submit', '--help'], 'modscope study submit S', '--dry-run'],
  [['study', 'status', '--help'], 'modscope study status S', '--missing'],
  [['study', 'collect', '--help'], 'modscope study collect S', 'tables'],
  [['cluster', '--help'], 'modscope cluster MATRIX.npy', 'diagonal is left out'],
  [['help', 'cluster'], 'modscope cluster MATRIX.npy', '--sweep'],
  [['help', 'study', 'run'], 'modscope study run S', '--workers'],
  [['agree', '--help'], 'modscope agree PARTITIONS.json', '--dead'],
])('%j is that command’s usage and options, on standard output', async (args, first, option) => {
  const { code, out, err } = await modscope(args, folder);
  expect([code, err]).toEqual([0, '']);
  expect(out.startsWith(first)).toBe(true);
  expect(out).toContain(option);
});

it('there is no help on what is no command', async () => {
  const { code, out, err } = await modscope(['help', 'frobnicate'], folder);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('there is no command "frobnicate"');
});

it('prints many clusters in lines of readable length', async () => {
  const size = 400;
  const data = new Float64Array(size * size);
  for (let i = 0; i < size; i += 4) {
    for (let j = 0; j < 16; j++) data[(i + (j >> 2)) * size + i + (j & 3)] = 1;
  }
  writeFileSync(join(folder, 'islands.npy'), encodeNpy(data, [size, size]));
  const { code, out } = await modscope(['cluster', 'islands.npy'], folder);
  expect(code).toBe(0);
  expect(out).toMatch(/^Q {11}0\.990000\nclusters {4}100 \(4, 4, /);
  expect(out).toMatch(/\n {12}4, 4, /);
  expect(out).toMatch(/\ndiagonal {4}left out/);
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

// The values are scikit-learn's; see the case's README. bom.json has a byte order mark.
it.each(['single.json', 'singletons.json', 'two.json', 'bom.json'])(
  'equal partitions agree fully: %s',
  async (file) => {
    const { code, out } = await modscope(['agree', join(CASE_10, file), '--json'], folder);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ ami: 1, ari: 1, element_sim: 1 }]);
  },
);

it('reads JSON in UTF-16, which PowerShell writes too', async () => {
  const text = '\ufeff{"a": [0, 0, 1], "b": [0, 0, 1]}';
  writeFileSync(join(folder, 'wide.json'), Buffer.from(text, 'utf16le'));
  const { code, out } = await modscope(['agree', 'wide.json', '--json'], folder);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject([{ ari: 1 }]);
});
