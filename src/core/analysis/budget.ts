import { suitableProbes } from '../association/graph/directions';
import { operations } from '../association/graph/plan';
import { classesOf, type Model } from '../network/model';

/** Operations beyond which what nobody asked for is left out: a few minutes on two threads. */
const LONG = 1e13;

/** Whether a forward pass over so many samples is soon done. A stack's takes seconds whatever the data. */
export function isForwardShort(model: Model, samples: number): boolean {
  return model.kind === 'stack' || samples * operations(model) <= LONG;
}

/** Whether so many sweeps over so many samples are soon done. */
export function areSweepsShort(model: Model, sweeps: number, samples: number): boolean {
  if (model.kind === 'stack') return true;
  const passes = 1 + classesOf(model) + suitableProbes(samples);
  return sweeps * samples * passes * operations(model) <= LONG;
}
