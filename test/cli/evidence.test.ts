import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/base/random';
import type { Report } from '../../src/core/report';
import { modscope } from '../support/command';
import { makeSafetensors } from '../support/safetensors';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
const [INPUTS, HIDDEN, CLASSES, SAMPLES] = [12, 24, 4, 600];

/** A network of two dense layers whose file says nothing but its weights. */
function network(name: string): {
  path: string;
  logits: (x: readonly number[], act: (a: number) => number) => number[];
} {
  const random = new Random(7);
  const values = (count: number): number[] => Array.from({ length: count }, () => 2 * random.normal());
  const [first, bias, second] = [values(HIDDEN * INPUTS), values(HIDDEN), values(CLASSES * HIDDEN)];
  const parts = { 'a.weight': [HIDDEN, INPUTS], 'a.bias': [HIDDEN], 'b.weight': [CLASSES, HIDDEN] };
  let end = 0;
  const header = Object.entries(parts).map(([key, shape]) => {
    const begin = end;
    end += 4 * shape.reduce((product, size) => product * size, 1);
    return [key, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const;
  });
  const path = join(folder, name);
  const bytes = new Uint8Array(Float32Array.from([...first, ...bias, ...second]).buffer);
  writeFileSync(path, makeSafetensors(Object.fromEntries(header), bytes));
  return {
    path,
    logits: (x, act) => {
      const hidden = bias.map((b, h) =>
        act(x.reduce((sum, value, i) => sum + value * first[h * INPUTS + i]!, b)),
      );
      return Array.from({ length: CLASSES }, (_, o) =>
        hidden.reduce((sum, value, h) => sum + value * second[o * HIDDEN + h]!, 0),
      );
    },
  };
}

/** A table without header whose labels are the network's own, of this nonlinearity; the label in the first column or the last. */
function table(
  name: string,
  { logits }: ReturnType<typeof network>,
  act: (a: number) => number,
  isFirst: boolean,
): string {
  const random = new Random(11);
  const rows = Array.from({ length: SAMPLES }, () => {
    // Whole numbers from 0 to 3, so that any column may be the label.
    const x = Array.from({ length: INPUTS }, () => Math.floor(4 * random.uniform()));
    const given = logits(x, act);
    const label = given.indexOf(Math.max(...given));
    return (isFirst ? [label, ...x] : [...x, label]).join(',');
  });
  const path = join(folder, name);
  writeFileSync(path, `${rows.join('\n')}\n`);
  return path;
}

async function analyze(checkpoint: string, data: string): Promise<Report> {
  const flags = ['--nulls', 'none', '--methods', 'forward_cov', '--json', '--workers', '1'];
  const { out, err, code } = await modscope(['analyze', checkpoint, '--data', data, ...flags]);
  expect(code, err).toBe(0);
  const report = JSON.parse(out) as Report;
  for (const sentence of report.network.notes ?? []) expect(err).toContain(sentence);
  return report;
}

describe('what no file says, the scores do', () => {
  const net = network('net.safetensors');

  it.each([true, false])('the nonlinearity, and the column of the label (first: %s)', async (isFirst) => {
    const data = table(`tanh_${isFirst}.csv`, net, Math.tanh, isFirst);
    const { stats, network: found } = await analyze(net.path, data);
    expect(stats.test?.accuracy).toBeGreaterThan(0.99);
    expect(found.warnings).toEqual([]);
    const notes = found.notes?.join('\n') ?? '';
    expect(notes).toMatch(
      /tanh was taken between the layers: with it (100|99\.\d) % of 600 test samples .* with ReLU/,
    );
    expect(notes).toContain(isFirst ? 'from column 1, the first' : 'from column 13, the last');
    expect(found.assumptions.join()).not.toContain('between the layers.');
  });

  it('or nothing does, and the numbers are warned of', async () => {
    const random = new Random(3);
    const data = table(
      'noise.csv',
      { ...net, logits: () => Array.from({ length: CLASSES }, () => random.uniform()) },
      Math.tanh,
      false,
    );
    const { network: found } = await analyze(net.path, data);
    expect(found.warnings?.[0]).toMatch(
      /^The network classifies .* no better than naming the commonest class always/,
    );
    expect(found.assumptions.join('\n')).toContain('ReLU was assumed between the layers.');
  });
});
