import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report';
import { modscope, PROJECT } from '../support/command';
import { makeSafetensors } from '../support/safetensors';
import { temporaryFolder } from '../support/temporary';

const FIXTURES = join(PROJECT, 'test/fixtures');
const folder = temporaryFolder();

/** The report and standard error of an analysis without nulls. */
async function analyze(checkpoint: string, ...rest: string[]): Promise<{ report: Report; err: string }> {
  const flags = ['--nulls', 'none', '--methods', 'forward_cov', '--json', '--workers', '1'];
  const { out, err, code } = await modscope(['analyze', checkpoint, ...rest, ...flags]);
  expect(code, err).toBe(0);
  return { report: JSON.parse(out) as Report, err };
}

/** A network of two random dense layers of 5 hidden units. */
function writeNetwork(path: string, inputs: number, logits: number): void {
  const shapes: Record<string, number[]> = {
    'fc1.weight': [5, inputs],
    'fc1.bias': [5],
    'fc2.weight': [logits, 5],
    'fc2.bias': [logits],
  };
  let offset = 0;
  const header = Object.entries(shapes).map(([name, shape]) => {
    const begin = offset;
    offset += 4 * shape.reduce((product, size) => product * size, 1);
    return [name, { dtype: 'F32', shape, data_offsets: [begin, offset] }] as const;
  });
  const values = Float32Array.from({ length: offset / 4 }, (_, i) => Math.sin(i * 12.9898) / 4);
  writeFileSync(path, makeSafetensors(Object.fromEntries(header), new Uint8Array(values.buffer)));
}

describe('the right values of PyTorch', () => {
  it.each([
    ['02-csv-no-header-label-first', 'mnist.csv', 1.3642, 0.34, ['label', 'scale']],
    ['03-csv-pixels-not-scaled', 'k.csv', 1.3665, 0.34, ['scale']],
    ['03-csv-pixels-not-scaled', 'k.npz', 1.3665, 0.34, []],
  ])('%s: %s', async (name, data, loss, accuracy, said) => {
    const at = join(FIXTURES, 'cases', name);
    const { report, err } = await analyze(join(at, 'm.pt'), '--data', join(at, data));
    expect(report.stats.test?.loss).toBeCloseTo(loss, 4);
    expect(report.stats.test?.accuracy).toBeCloseTo(accuracy, 10);
    const { assumptions } = report.network;
    for (const key of said) {
      const fix = new RegExp(`Set "${key}" of "data" in modscope.json to`);
      expect(assumptions.filter((each) => fix.test(each))).toHaveLength(1);
      expect(err).toMatch(fix);
    }
    const others = assumptions.filter((each) => !each.startsWith('The pixels were divided by 255'));
    expect(others).toHaveLength(said.length);
  });

  it('what an assumption says to set takes it away, and the other reading is the other number', async () => {
    const at = join(folder, 'fixed');
    mkdirSync(at);
    for (const name of ['m.pt', 'mnist.csv'])
      copyFileSync(join(FIXTURES, 'cases/02-csv-no-header-label-first', name), join(at, name));
    const settings = (data: object): void => {
      writeFileSync(join(at, 'modscope.json'), JSON.stringify({ data: { path: 'mnist.csv', ...data } }));
    };
    settings({ label: 0, scale: 'divide_255', mean: [0], std: [1] });
    const right = await analyze(join(at, 'm.pt'));
    expect(right.report.network.assumptions).toEqual([]);
    expect(right.report.stats.test?.loss).toBeCloseTo(1.3642, 4);
    settings({ label: -1, scale: 'as_is' });
    expect((await analyze(join(at, 'm.pt'))).report.stats.test?.loss).toBeCloseTo(6.4353, 4);
  });
});

it('JPEG images, decoded beside the bundle', async () => {
  const network = join(folder, 'jpeg.safetensors');
  writeNetwork(network, 3 * 18 * 21, 2);
  const { report } = await analyze(network, '--data', join(FIXTURES, 'data/jpeg/rgb'));
  expect(report.data).toMatchObject({ samples: 6, classes: 2 });
});

it('labels from 1 are counted from 0 where there are as many logits, and it is said', async () => {
  const network = join(folder, 'letters.safetensors');
  const data = join(FIXTURES, 'data/EMNIST');
  writeNetwork(network, 16, 4);
  const letters = await analyze(network, '--data', data);
  expect(letters.report.data.classes).toBe(4);
  expect(letters.err).toContain('label 1 was taken for the first of 4 logits');
  writeNetwork(network, 16, 5);
  const unused = await analyze(network, '--data', data);
  expect(unused.report.data.classes).toBe(5);
  expect(unused.err).toContain('label 1 was taken for the second of 5 logits');
});

it('words for labels are numbered alike in all splits', async () => {
  const network = join(folder, 'words.safetensors');
  writeNetwork(network, 3, 4);
  const { report, err } = await analyze(network, '--data', join(FIXTURES, 'data/npz/words.npz'));
  expect(err).toContain('0 is "Virginica", 1 is "other", 2 is "setosa", 3 is "versicolor"');
  expect(Object.keys(report.stats)).toEqual(expect.arrayContaining(['train', 'test']));
});
