import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InputError } from '../../../src/core/base/error';
import { type CheckpointDescription, describeCheckpoints } from '../../../src/core/study/describe';
import { groupRuns } from '../../../src/core/study/groups';
import { call, dict, global, pickle, str, bytes } from '../../support/pickle';
import { makeSafetensors, oneTensor } from '../../support/safetensors';
import { temporaryFolder } from '../../support/temporary';
import { torchZip } from '../../support/torch';

const folder = temporaryFolder();
const fixtures = join(import.meta.dirname, '../../fixtures/runs');
const WEIGHTS = oneTensor('w', 1);

let studies = 0;
/** A project of its own with these files; texts, bytes, or values that are written as JSON. */
function project(files: Readonly<Record<string, string | Uint8Array | object>>): string {
  const root = join(folder, `project${studies++}`);
  mkdirSync(root);
  writeFileSync(join(root, 'pyproject.toml'), '');
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(path, isRaw ? content : JSON.stringify(content));
  }
  return root;
}

/** Describes the first checkpoints of a project by their paths in it. */
async function describeIn(root: string, ...names: readonly string[]): Promise<CheckpointDescription[]> {
  return describeCheckpoints(
    names.map((name) => join(root, name)),
    {
      onProblem: (error) => {
        throw error;
      },
    },
  );
}

/** Values and sources as "0.3 (hparams.yaml)". */
function said(values: CheckpointDescription['hyperParameters'] = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, { value, source }]) => [key, `${JSON.stringify(value)} (${source})`]),
  );
}

describe('what tools leave beside a run', () => {
  it('Lightning: hparams.yaml with tags of Python, metrics.csv up to the checkpoint', async () => {
    const root = project({
      'logs/version_0/checkpoints/epoch=0-step=10.safetensors': WEIGHTS,
      'logs/version_0/checkpoints/epoch=1-step=20.safetensors': WEIGHTS,
      'logs/version_1/checkpoints/last.safetensors': WEIGHTS,
      'logs/version_0/metrics.csv':
        'epoch,step,train_loss,val_loss\n0,4,1.5,\n0,9,,1.25\n1,14,0.5,\n1,19,,0.75\n',
    });
    cpSync(join(fixtures, 'lightning'), join(root, 'logs'), { recursive: true });
    const all = await describeIn(
      root,
      'logs/version_0/checkpoints/epoch=0-step=10.safetensors',
      'logs/version_0/checkpoints/epoch=1-step=20.safetensors',
      'logs/version_1/checkpoints/last.safetensors',
    );
    expect(all.map(({ run }) => run)).toEqual(['version_0', 'version_0', 'version_1']);
    expect(said(all[0]!.hyperParameters)).toEqual({
      act: '"torch.nn.modules.activation.ReLU" (hparams.yaml)',
      channels: '"[64, 64]" (hparams.yaml)',
      data_dir: '"[\\"/\\", \\"data\\"]" (hparams.yaml)',
      drop: '0 (hparams.yaml)',
      l2: '0.00001 (hparams.yaml)',
      'optimizer.lr': '0.001 (hparams.yaml)',
      seed: '7 (hparams.yaml)',
    });
    expect(said(all[0]!.metrics)).toEqual({
      train_loss: '1.5 (metrics.csv)',
      val_loss: '1.25 (metrics.csv)',
    });
    expect(all[1]?.metrics['val_loss']?.value).toBe(0.75);
    expect(all[1]).toMatchObject({
      epoch: { value: 1, source: 'name' },
      step: { value: 20, source: 'name' },
    });
  });

  it('the authors: hparams.yaml of a version beside the weights', async () => {
    const root = project({
      'logs/uid_1/weights/epoch=3.safetensors': WEIGHTS,
      'logs/uid_1/version_0/hparams.yaml': 'drop: 0.1\n',
      'logs/uid_1/version_1/hparams.yaml': 'drop: 0.3\n',
    });
    const [one] = await describeIn(root, 'logs/uid_1/weights/epoch=3.safetensors');
    expect(one).toMatchObject({ run: 'uid_1', epoch: { value: 3 } });
    expect(said(one?.hyperParameters)).toEqual({ drop: '0.3 (hparams.yaml)' });
  });

  it('Hydra: the overrides of a job first, then its configuration', async () => {
    const root = project({});
    cpSync(join(fixtures, 'hydra'), join(root, 'multirun'), { recursive: true });
    const names = [0, 1, 2, 3].map((job) => `multirun/${job}/checkpoints/last.safetensors`);
    for (const name of names) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), WEIGHTS);
    }
    const all = await describeIn(root, ...names);
    expect(said(all[2]!.hyperParameters)).toEqual({
      'model.dropout': '0.3 (overrides.yaml)',
      seed: '1 (overrides.yaml)',
      note: '"it, is one" (overrides.yaml)',
      'model.widths': '"[64, 64]" (config.yaml)',
      'optimizer.lr': '0.001 (config.yaml)',
      'optimizer.name': '"adam" (config.yaml)',
      data_dir: '"${oc.env:HOME}/data" (config.yaml)',
    });
    expect(groupRuns(all).sentence).toBe('4 runs: model.dropout (0, 0.3) varies, 2 replicates each by seed.');
  });

  it('MLflow: a file per parameter and metric', async () => {
    const root = project({});
    cpSync(join(fixtures, 'mlflow'), join(root, 'mlruns/1/0123'), { recursive: true });
    const path = 'mlruns/1/0123/artifacts/model/step=150.safetensors';
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), WEIGHTS);
    const [one] = await describeIn(root, path);
    expect(said(one?.hyperParameters)).toEqual({
      drop: '0.3 (params)',
      'optimizer/lr': '0.001 (params)',
      early: 'true (params)',
      note: 'null (params)',
    });
    expect(said(one?.metrics)).toEqual({ val_loss: '0.5 (metrics)' });
  });

  it('Weights & Biases: values in wrappers, the last of each metric', async () => {
    const files = {
      'config.yaml':
        'wandb_version: 1\n_wandb:\n  desc: null\n  value: {python_version: 3.11}\ndrop:\n  desc: null\n  value: 0.3\nopt:\n  value: {lr: 1e-3}\n',
      'wandb-summary.json':
        '{"val_loss": 0.25, "_step": 99, "epoch": 3, "bad": NaN, "_wandb": {"runtime": 5}}',
    };
    const root = project({
      'wandb/run-20240101_120000-abcd1234/files/model.safetensors': WEIGHTS,
      ...Object.fromEntries(
        Object.entries(files).map(([name, text]) => [
          `wandb/run-20240101_120000-abcd1234/files/${name}`,
          text,
        ]),
      ),
      'out/checkpoints/model.safetensors': WEIGHTS,
      ...Object.fromEntries(
        Object.entries(files).map(([name, text]) => [
          `out/wandb/run-20240101_120000-abcd1235/files/${name}`,
          text,
        ]),
      ),
    });
    const all = await describeIn(
      root,
      'wandb/run-20240101_120000-abcd1234/files/model.safetensors',
      'out/checkpoints/model.safetensors',
    );
    for (const one of all) {
      expect(said(one.hyperParameters)).toEqual({
        drop: '0.3 (config.yaml)',
        'opt.lr': '0.001 (config.yaml)',
      });
      expect(said(one.metrics)).toEqual({ val_loss: '0.25 (wandb-summary.json)' });
    }
    expect(all.map(({ run }) => run)).toEqual(['run-20240101_120000-abcd1234', 'out']);
  });

  it('Hugging Face: model, arguments (a pickle that stays inert) and the state of the Trainer', async () => {
    const state = (best: number): object => ({
      best_metric: 0.5,
      best_model_checkpoint: `/elsewhere/out/checkpoint-${best}`,
      global_step: 1000,
      log_history: [
        { epoch: 1, step: 500, eval_loss: 0.5, learning_rate: 1e-5 },
        { epoch: 2, step: 1000, eval_loss: 0.75 },
      ],
    });
    const argumentsFile = torchZip(
      pickle(
        bytes(
          call(global('transformers.training_args', 'TrainingArguments')),
          dict([str('seed'), bytes('K', 42)], [str('learning_rate'), str('5e-05')]),
          'b',
        ),
      ),
    );
    const beside = {
      'config.json': { hidden_size: 64, id2label: { 0: 'no', 1: 'yes' }, model_type: 'bert' },
      'training_args.bin': argumentsFile,
      'model.safetensors': WEIGHTS,
    };
    const root = project(
      Object.fromEntries(
        [500, 1000].flatMap((step): [string, object | Uint8Array][] => [
          ...Object.entries(beside).map(([name, content]): [string, object | Uint8Array] => [
            `out/checkpoint-${step}/${name}`,
            content,
          ]),
          [`out/checkpoint-${step}/trainer_state.json`, state(500)],
        ]),
      ),
    );
    const all = await describeIn(
      root,
      'out/checkpoint-500/model.safetensors',
      'out/checkpoint-1000/model.safetensors',
    );
    expect(all.map(({ run, best, step }) => [run, best, step?.value])).toEqual([
      ['out', true, 500],
      ['out', false, 1000],
    ]);
    expect(all.map(({ metrics }) => metrics['eval_loss']?.value)).toEqual([0.5, 0.75]);
    expect(said(all[0]!.hyperParameters)).toMatchObject({
      hidden_size: '64 (config.json)',
      model_type: '"bert" (config.json)',
      seed: '42 (training_args.bin)',
    });
    expect(all[0]!.hyperParameters).not.toHaveProperty(['id2label.0']);
    expect(groupRuns(all).sentence).toBe('a trajectory of 2 checkpoints by step.');
  });

  it('KerasTuner: the values of a trial, metrics by step, the best step', async () => {
    const trial = {
      trial_id: '00',
      hyperparameters: { space: [{ class_name: 'Float' }], values: { drop: 0.3, units: 64 } },
      metrics: {
        metrics: {
          val_accuracy: {
            direction: 'max',
            observations: [
              { value: [0.5, 0.7], step: 1 },
              { value: [0.9], step: 2 },
            ],
          },
        },
      },
      best_step: 1,
      status: 'COMPLETED',
    };
    const root = project({
      'tuner/trial_00/step=1.safetensors': WEIGHTS,
      'tuner/trial_00/step=2.safetensors': WEIGHTS,
      'tuner/trial_00/trial.json': trial,
    });
    const all = await describeIn(
      root,
      'tuner/trial_00/step=1.safetensors',
      'tuner/trial_00/step=2.safetensors',
    );
    expect(said(all[0]!.hyperParameters)).toEqual({
      drop: '0.3 (trial.json)',
      units: '64 (trial.json)',
      trial: '0 (name)',
    });
    expect(all.map(({ best, metrics }) => [best, metrics['val_accuracy']?.value])).toEqual([
      [true, expect.closeTo(0.6)],
      [false, 0.9],
    ]);
  });

  it('safetensors: text by name, and JSON in it', async () => {
    const header = {
      __metadata__: {
        format: 'pt',
        hyper_parameters: '{"drop": 0.3, "optimizer": {"lr": 0.001}}',
        epoch: '4',
        seed: '1',
        val_acc: '0.9',
        odd: '{not JSON',
      },
    };
    const root = project({ 'a.safetensors': makeSafetensors(header, new Uint8Array(0)) });
    const [one] = await describeIn(root, 'a.safetensors');
    expect(said(one?.hyperParameters)).toEqual({
      drop: '0.3 (checkpoint)',
      'optimizer.lr': '0.001 (checkpoint)',
      seed: '1 (checkpoint)',
      odd: '"{not JSON" (checkpoint)',
    });
    expect(said(one?.metrics)).toEqual({ val_acc: '0.9 (checkpoint)' });
    expect(one?.epoch).toEqual({ value: 4, source: 'checkpoint' });
  });
});

describe('which run a checkpoint is of', () => {
  const runsOf = async (...names: readonly string[]): Promise<string[]> => {
    const root = project(Object.fromEntries(names.map((name) => [name, WEIGHTS])));
    return (await describeIn(root, ...names)).map(({ run }) => run);
  };

  it('names are as short as tells runs apart', async () => {
    expect(
      await runsOf('x/a/weights/epoch=1.pt', 'x/a/weights/epoch=2.pt', 'y/a/best.pt', 'b/model.pt', 'net.pt'),
    ).toEqual(['x/a', 'x/a', 'y/a', 'b', expect.stringMatching(/^project\d+$/)]);
  });

  it('numbered files are networks of their own, unless they say to be of one training', async () => {
    expect(await runsOf('w/model_1.pt', 'w/model_2.pt')).toEqual(['model_1', 'model_2']);
    const at = (epoch: number): Uint8Array =>
      makeSafetensors({ __metadata__: { epoch: `${epoch}` } }, new Uint8Array(0));
    const root = project({
      'w/n_1.safetensors': at(1),
      'w/n_2.safetensors': at(2),
      'w/n_10.safetensors': at(10),
    });
    const all = await describeIn(root, 'w/n_1.safetensors', 'w/n_2.safetensors', 'w/n_10.safetensors');
    expect(new Set(all.map(({ run }) => run))).toEqual(new Set(['n']));
  });

  it('one name with several configurations is several runs', async () => {
    const of = (drop: number): Uint8Array =>
      makeSafetensors({ __metadata__: { drop: `${drop}` } }, new Uint8Array(0));
    const root = project({ 'w/net_best.safetensors': of(0), 'w/net_last.safetensors': of(0.3) });
    const all = await describeIn(root, 'w/net_best.safetensors', 'w/net_last.safetensors');
    expect(all.map(({ run, best }) => [run, best])).toEqual([
      ['net_best', true],
      ['net_last', null],
    ]);
  });

  it('best and last of one configuration are one run', async () => {
    const root = project({ 'w/big_best.safetensors': WEIGHTS, 'w/big_last.safetensors': WEIGHTS });
    const all = await describeIn(root, 'w/big_best.safetensors', 'w/big_last.safetensors');
    expect(all.map(({ run, best }) => [run, best])).toEqual([
      ['big', true],
      ['big', false],
    ]);
  });
});

describe('records that are not as they should be', () => {
  /** What is told of a record beside a checkpoint; the other record must still count. */
  async function told(name: string, content: string | Uint8Array | object): Promise<string[]> {
    const root = project({
      'runs/a/model.safetensors': WEIGHTS,
      'runs/seed=1/note': '',
      'runs/hparams.yaml': 'other: 1',
      [`runs/a/${name}`]: content,
    });
    const problems: InputError[] = [];
    const [one] = await describeCheckpoints([join(root, 'runs/a/model.safetensors')], {
      onProblem: (error) => problems.push(error),
    });
    if (problems.length > 0 || name !== 'hparams.yaml')
      expect(one?.hyperParameters['other']).toEqual({ value: 1, source: 'hparams.yaml' });
    return problems.map(({ message }) => message.replace(root, ''));
  }

  const levels = Array.from(
    { length: 9 },
    (_, i) =>
      `a${i}: &a${i} [${Array(9)
        .fill(i === 0 ? 'x' : `*a${i - 1}`)
        .join()}]`,
  );
  it.each<readonly [string, string, string | object, RegExp]>([
    [
      'a mark',
      'hparams.yaml',
      'a: 1\nb: [1, 2\nc: }',
      /^\/runs\/a\/hparams\.yaml: is not YAML as it should be: .*line 3, column 1\. Repair or remove it$/,
    ],
    ['nesting in flow', 'hparams.yaml', '['.repeat(1e6), /nested more than 64 deep/],
    ['nesting in blocks', 'hparams.yaml', '- '.repeat(5e5), /nested more than 64 deep/],
    ['an alias bomb', 'hparams.yaml', levels.join('\n'), /resource exhaustion/],
    ['aliases without end', 'hparams.yaml', `a: &a 1\n${'- *a\n'.repeat(2000)}`, /more than 1000 aliases/],
    ['size', 'hparams.yaml', ' '.repeat(2 ** 20 + 1), /has 1048577 bytes, and .* at most 1048576/],
    ['JSON', 'trial.json', '{"a": ', /is not JSON as it should be/],
    ['a table', 'metrics.csv', 'epoch,loss\n1,2,3\n', /row 2 has 3 cells, and the header 2/],
    ['quotes', 'metrics.csv', 'epoch,loss\n"1,2\n', /is not a CSV table/],
    ['no pickle', 'training_args.bin', 'hello', /is a text file/],
  ])('%s', async (_, name, content, message) => {
    expect(await told(name, content)).toEqual([expect.stringMatching(message)]);
  });

  it.each<readonly [string, string, string | object]>([
    ['emptiness', 'hparams.yaml', ''],
    ['a list', 'hparams.yaml', '- 1\n- 2\n'],
    ['a number', 'trainer_state.json', '3'],
    [
      'odd contents',
      'trial.json',
      { hyperparameters: [1], metrics: { metrics: { a: { observations: [{ value: 'x' }, 3] } } } },
    ],
    [
      'odd history',
      'trainer_state.json',
      { log_history: [1, null, { step: 'x', loss: 'y' }], best_model_checkpoint: 3 },
    ],
    ['an empty table', 'metrics.csv', ''],
  ])('%s is no problem', async (_, name, content) => {
    expect(await told(name, content)).toEqual([]);
  });

  it('a cycle, names of objects, and values without number are bounded', async () => {
    const root = project({
      'runs/a/model.safetensors': WEIGHTS,
      'runs/a/hparams.yaml': 'c: &c {d: *c, l: [*c]}\n__proto__: {x: 1}\nconstructor: 2\n',
      'runs/b/model.safetensors': WEIGHTS,
      'runs/b/hparams.yaml': Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join('\n'),
    });
    const all = await describeIn(root, 'runs/a/model.safetensors', 'runs/b/model.safetensors');
    const [a, b] = all;
    const values = a?.hyperParameters ?? {};
    expect(Object.keys(b?.hyperParameters ?? {})).toHaveLength(2000);
    expect(Object.keys(values).length).toBeLessThan(40);
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
    expect(said(values)).toMatchObject({
      constructor: '2 (hparams.yaml)',
      '__proto__.x': '1 (hparams.yaml)',
    });
    expect(() => groupRuns(all)).not.toThrow();
  });

  it('links are not followed, and what lies at the root of a project is not of a run', async () => {
    const root = project({
      'runs/a/model.safetensors': WEIGHTS,
      'config.yaml': 'site: docs',
      'secret/hparams.yaml': 'secret: 1',
    });
    symlinkSync(join(root, 'secret/hparams.yaml'), join(root, 'runs/a/hparams.yaml'));
    symlinkSync(join(root, 'secret'), join(root, 'runs/a/.hydra'));
    const [one] = await describeIn(root, 'runs/a/model.safetensors');
    expect(one?.hyperParameters).toEqual({});
  });

  it('a checkpoint that cannot be opened is described by the rest', async () => {
    const root = project({ 'runs/seed=3/drop=0.1.pt': 'no checkpoint' });
    const [one, gone] = await describeIn(root, 'runs/seed=3/drop=0.1.pt', 'runs/seed=4/gone.pt');
    expect(said(one?.hyperParameters)).toEqual({ drop: '0.1 (name)', seed: '3 (name)' });
    expect(said(gone?.hyperParameters)).toEqual({ seed: '4 (name)' });
  });
});
