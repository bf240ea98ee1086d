import { expect, it } from 'vitest';
import { asideSentence, withTrainingSetAside } from '../../../src/core/checkpoint/set-aside';
import { checkpointOf } from '../../support/checkpoint';

const NETWORK = ['fc1.weight', 'fc1.bias', 'fc2.weight'];

function aside(...names: readonly string[]): [string, string | undefined][] {
  const shapes = Object.fromEntries([...NETWORK, ...names].map((name) => [name, [2]]));
  const { tensors } = withTrainingSetAside(checkpointOf(shapes));
  return [...tensors.values()].flatMap(({ name, role, aside }): [string, string | undefined][] =>
    role === 'other' ? [[name, aside]] : [],
  );
}

it.each([
  ['n_averaged', 'averaging'],
  ['ema_model.fc1.weight', 'averaging'],
  ['ema.num_updates', 'averaging'],
  ['criterion.weight', 'loss'],
  ['model.loss_fn.pos_weight', 'loss'],
  ['bce_loss.weight', 'loss'],
  ['perceptual_loss.vgg.features.0.weight', 'loss'],
  ['train_acc.tp', 'metric'],
  ['val_accuracy.correct', 'metric'],
  ['metrics.f1.total', 'metric'],
  ['optimizer.state.0.exp_avg', 'optimizer'],
  ['optimizer/vars/3', 'optimizer'],
  ['dense/kernel/Adam_1', 'optimizer'],
  ['beta1_power:0', 'optimizer'],
  ['aux_head.weight', 'auxiliary'],
])('%s belongs to the training', (name, kind) => {
  expect(aside(name)).toEqual([[name, kind]]);
});

it.each([
  'lossless.weight',
  'accuracy',
  'features.0.weight',
  'ema.other.weight',
  'mean.weight',
  'ema.weight_ih',
])('%s may be of the network', (name) => {
  expect(aside(name)).toEqual([]);
});

it('nothing is set aside where all would be', () => {
  const { tensors } = withTrainingSetAside(checkpointOf({ 'loss.weight': [2], 'loss.bias': [2] }));
  expect([...tensors.values()].map(({ role }) => role)).toEqual(['weight', 'weight']);
});

it('says it in one sentence, by kind', () => {
  const names = ['criterion.weight', 'loss_fn.weight', 'bce_loss.weight', 'n_averaged'];
  const shapes = Object.fromEntries([...NETWORK, ...names].map((name) => [name, [2]]));
  const { tensors } = withTrainingSetAside(checkpointOf(shapes));
  expect(asideSentence(tensors.values())).toBe(
    'Set aside, because no network is made of them: 3 tensors of losses (criterion.weight, loss_fn.weight, …); ' +
      '1 tensor of weight averaging (n_averaged).',
  );
  expect(asideSentence(checkpointOf({ 'fc.weight': [2, 2] }).tensors.values())).toBeNull();
});
