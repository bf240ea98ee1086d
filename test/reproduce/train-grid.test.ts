import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digits, type ReproductionData } from '../../reproduce/data';
import { grid } from '../../reproduce/recipe';
import { type GridNetwork, trainGrid, type TrainingOptions } from '../../reproduce/train-grid';
import { openCheckpoint } from '../../src/core/checkpoint/formats/open';
import { CancelledError } from '../../src/core/base/error';
import { fillInputs } from '../../src/core/dataset/inputs';
import { openIdxPair } from '../../src/core/dataset/idx';
import { ownRecord } from '../../src/core/study/records/checkpoint-record';
import { nameRecord } from '../../src/core/study/records/name';
import { networkOf } from '../support/checkpoint';
import { logitsOf } from '../support/logits';
import { DIGITS, PROJECT } from '../support/command';
import { temporaryFolder } from '../support/temporary';

const folder = temporaryFolder();
const OPTIONS: TrainingOptions = {
  mostEpochs: 3,
  workers: 2,
  script: join(PROJECT, 'dist/reproduce/training-worker.cjs'),
  wasm: join(PROJECT, 'dist'),
};
const data = await digits(join(DIGITS, 'data'));
const conditions = grid(1).slice(0, 3);

async function trained(name: string, options: Partial<TrainingOptions> = {}, of: ReproductionData = data) {
  const isNew: boolean[] = [];
  const networks = await trainGrid(conditions, of, join(folder, name), {
    ...OPTIONS,
    onNetwork: (_, one) => isNew.push(one),
    ...options,
  });
  return { networks, isNew };
}

const bytesOf = (networks: readonly GridNetwork[]): string[] =>
  networks.map(({ path }) => readFileSync(path).toString('base64'));

describe('trainGrid', () => {
  it('writes networks that the core reads, with hyper-parameters that a study knows as such', async () => {
    const { networks } = await trained('read');
    const [, second] = networks;
    if (second === undefined) throw new Error('there are three');
    const own = await ownRecord(second.path);
    expect(Object.fromEntries(own.hyperParameters)).toMatchObject({
      ...{ dropout: 0.05, l1: 0, l2: 1e-5, run: 0, nonlinearity: 'relu' },
      seed: second.notes.seed,
    });
    expect(own.epoch).toBe(3);
    expect(own.step).toBe(150);
    expect([...own.metrics.keys()].sort()).toEqual(
      [
        ...['l1_norm', 'l2_norm', 'objective_loss', 'objective_loss_before'],
        ...['test_accuracy', 'test_loss', 'train_accuracy', 'train_loss'],
      ].sort(),
    );
    expect(own.metrics.get('test_accuracy')).toBe(second.notes.test_accuracy);
    // The file's name says the same.
    const name = second.path.split('/').at(-1)?.replace('.safetensors', '') ?? '';
    expect(Object.fromEntries(nameRecord(name).hyperParameters)).toEqual({
      dropout: 0.05,
      l1: 0,
      l2: 1e-5,
      run: 0,
    });

    const checkpoint = await openCheckpoint(second.path);
    const shapes = [...checkpoint.tensors.values()].map(({ name, shape }) => `${name} ${shape.join('×')}`);
    expect(shapes).toEqual([
      ...['hidden1.weight 64×64', 'hidden1.bias 64', 'hidden2.weight 64×64', 'hidden2.bias 64'],
      ...['readout.weight 10×64', 'readout.bias 10'],
    ]);
    let squares = 0;
    for (const name of ['hidden1.weight', 'hidden2.weight', 'readout.weight']) {
      for (const value of (await checkpoint.read(name)).data) squares += value ** 2;
    }
    expect(squares).toBeCloseTo(second.notes.l2_norm, 3);
    // The network that the core makes of it is right as often as the trainer said.
    const { inputs, labels } = data.test;
    const logits = await logitsOf(checkpoint, networkOf(checkpoint), inputs, labels.length);
    const best = (row: Float32Array): number => row.indexOf(Math.max(...row));
    const correct = labels.filter((label, i) => best(logits.subarray(10 * i, 10 * i + 10)) === label).length;
    expect(correct / labels.length).toBe(second.notes.test_accuracy);
    await checkpoint.close();

    const curve = readFileSync(join(folder, 'read/training', `${name}.csv`), 'utf8')
      .trim()
      .split('\n');
    expect(curve[0]).toBe('epoch,loss,l1_norm,l2_norm');
    expect(curve).toHaveLength(4);
    expect(Number(curve[3]?.split(',')[3])).toBe(second.notes.l2_norm);
  });

  it('gives the same bytes on one worker and on two', async () => {
    const [two, one] = [await trained('two'), await trained('one', { workers: 1 })];
    expect(bytesOf(two.networks)).toEqual(bytesOf(one.networks));
    expect(new Set(bytesOf(two.networks)).size).toBe(3);
  });

  it('does not train again what is there, but what is damaged, of another recipe or of other data', async () => {
    const first = await trained('again');
    expect(first.isNew).toEqual([true, true, true]);
    const before = bytesOf(first.networks);
    writeFileSync(first.networks[1]?.path ?? '', 'half a file');
    const second = await trained('again');
    expect(second.isNew).toEqual([false, false, true]);
    expect(bytesOf(second.networks)).toEqual(before);
    expect(second.networks).toEqual(first.networks);
    expect((await trained('again', { mostEpochs: 2 })).isNew).toEqual([true, true, true]);
    const fewer = { ...data, test: { ...data.test, labels: data.test.labels.slice(1) } };
    expect((await trained('again', { mostEpochs: 2 }, fewer)).isNew).toEqual([true, true, true]);
  });

  it('keeps what is finished when it is stopped', async () => {
    const stop = new AbortController();
    const stopped = trained('stopped', {
      workers: 1,
      signal: stop.signal,
      onNetwork: () => {
        stop.abort();
      },
    });
    await expect(stopped).rejects.toThrow(CancelledError);
    const { isNew } = await trained('stopped');
    expect(isNew.filter((one) => !one).length).toBeGreaterThanOrEqual(1);
    expect(isNew.filter((one) => one).length).toBeGreaterThanOrEqual(1);
  });
});

describe('the digits', () => {
  it('are trained on and measured on apart from each other', async () => {
    expect(data.train.labels).toHaveLength(1000);
    expect(data.test.labels).toHaveLength(597);
    const rows = ({ inputs }: { inputs: Float32Array }): string[] =>
      Array.from({ length: inputs.length / 64 }, (_, i) => inputs.subarray(64 * i, 64 * i + 64).join());
    const seen = new Set(rows(data.train));
    expect(rows(data.test).filter((row) => seen.has(row))).toEqual([]);
    // As the study reads them.
    const files = ['images-idx3', 'labels-idx1'].map((part) => join(DIGITS, `data/test-${part}-ubyte`));
    const source = await openIdxPair(files[0] ?? '', files[1] ?? '', { set: '', split: 'test' }, {});
    const inputs = new Float32Array(597 * 64);
    fillInputs(await source.load(), 0, 597, inputs);
    expect(data.test.inputs).toEqual(inputs);
  });
});
