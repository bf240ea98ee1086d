import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/base/random';
import { encodeNpy } from '../../src/core/file/npy';
import { MEASURES } from '../../src/core/measures';
import type { Report } from '../../src/core/report';
import { modscope, PROJECT } from '../support/command';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
const FIXTURES = join(PROJECT, 'test/fixtures/onnx');
const SAMPLES = 24;

const random = new Random(4);
const [x, y] = [join(folder, 'x_test.npy'), join(folder, 'y_test.npy')];
const pixels = Float64Array.from({ length: SAMPLES * 2 * 9 * 9 }, () => random.normal());
writeFileSync(x, encodeNpy(pixels, [SAMPLES, 2, 9, 9]));
writeFileSync(
  y,
  encodeNpy(
    Float64Array.from({ length: SAMPLES }, () => random.integer(3)),
    [SAMPLES],
  ),
);

const ANALYZE = ['analyze', join(FIXTURES, 'cnn.pth'), '--images', x, '--labels', y, '--nulls', 'none'];
const MODEL = ['--model', join(FIXTURES, 'cnn_script13.onnx')];

async function reportOf(...args: readonly string[]): Promise<Report> {
  const { code, out, err } = await modscope([...ANALYZE, ...MODEL, '--json', ...args], folder);
  expect(code, err).toBe(0);
  return JSON.parse(out) as Report; // its own, as printed
}

describe('modscope analyze CKPT --model ONNX', () => {
  it('analyzes the nonlinearities, channels as units', async () => {
    const report = await reportOf();
    expect(report.network.source).toBe('the ONNX graph cnn_script13.onnx');
    expect(report.data).toMatchObject({ samples: SAMPLES, classes: 3 });
    expect(report.layers.map(({ kind, units, shape }) => [kind, units, shape])).toEqual([
      ['conv', 4, [4, 9, 9]],
      ['conv', 6, [6, 2, 2]],
    ]);
    for (const { methods } of report.layers) expect(Object.keys(methods)).toEqual(MEASURES);
  });

  it('analyzes the layers that are named', async () => {
    const report = await reportOf('--layers', 'conv1,bn2', '--methods', 'forward_cov');
    expect(report.layers.map(({ name, units }) => [name, units])).toEqual([
      ['conv1', 4],
      ['bn2', 6],
    ]);
  });

  it('names what there is where a layer is not', async () => {
    const { code, err } = await modscope([...ANALYZE, ...MODEL, '--layers', 'conv3'], folder);
    expect(err).toMatch(/layer conv3: the network has no node of this name; conv\d is near/);
    expect(code).toBe(1);
  });

  it('takes numbers of probes, and all with --exact', async () => {
    const probed = await reportOf('--methods', 'forward_jac', '--probes', '4');
    expect(probed.settings).toMatchObject({ probes: 4, exact: false });
    const exact = await reportOf('--methods', 'forward_jac', '--exact');
    expect(exact.settings).toMatchObject({ probes: null, exact: true });
    // So small a network is affordable in full, whatever the number of probes.
    for (const [layer, { methods }] of exact.layers.entries()) {
      expect(methods.forward_jac?.standardError).toBeNull();
      expect(probed.layers[layer]?.methods).toEqual(methods);
    }
  });

  it.each(['1', 'many'])('does not take %s probes', async (probes) => {
    const { code, err } = await modscope([...ANALYZE, '--probes', probes], folder);
    expect(err).toContain('--probes');
    expect(code).toBe(2);
  });

  it('says channels and positions', async () => {
    const { code, out } = await modscope([...ANALYZE, ...MODEL, '--out', join(folder, 'report')], folder);
    expect(out).toMatch(/4 channels, 9 × 9 +6 channels, 2 × 2/);
    expect(code).toBe(0);
  });
});
