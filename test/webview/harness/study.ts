import type { StudyDrawing, StudyMethods, StudyOverview, StudySummary } from '../../../src/protocol';
import type { StudyAnswers } from './page';

/** A study of 12 checkpoints that are half done, with figures that are only points. */

export const STUDY: StudySummary = {
  id: '0123456789abcdef0123456789abcdef',
  name: 'runs',
  state: 'running',
  plan: {
    revision: 'r1',
    sentence:
      '12 runs: dropout (0, 0.3, 0.6) and L2 (0.00001, 0.01) vary in all 6 combinations, 2 replicates each by seed.',
    grouping: { pick: 'all' },
    keys: [
      { key: 'drop', role: 'factor', values: '0, 0.3, 0.6' },
      { key: 'l2', role: 'factor', values: '0.00001, 0.01' },
      { key: 'seed', role: 'replicate', values: '0, 1' },
      { key: 'run_id', role: 'ignored', values: 'a1, b2, c3, d4, e5, f6 and 6 more' },
      { key: 'dataset', role: 'constant', values: 'digits' },
    ],
    leftOut: 0,
  },
  problem: null,
  planned: 12,
  done: 6,
  results: 6,
  failed: 1,
  failures: [{ checkpoint: 7, name: 'runs/drop=0.6/bad.ckpt', reason: 'is cut short after 1024 bytes' }],
};

function figure(
  id: string,
  number: number | null,
  title: string,
  explanation: string,
): StudyOverview['figures'][number] {
  return { id, number, title, explanation, ofOneRun: id === 'training' };
}

export const OVERVIEW: StudyOverview = {
  figures: [
    figure('performance', 1, 'Performance and norms', 'Each point is a run.'),
    figure('modularity', 4, 'Modularity and regularization', 'Mean ± SE over runs.'),
    figure('depth', 5, 'Modularity and depth', 'Mean ± SE over runs.'),
    figure('training', null, 'Modularity in training', 'Mean over runs.'),
  ],
  metrics: [
    { id: 'element_sim', words: 'element-centric similarity' },
    { id: 'ami', words: 'adjusted mutual information' },
  ],
  trajectories: ['a', 'b'],
  measures: ['forward_cov', 'forward_jac'],
};

const FINDINGS: StudyMethods['findings']['output'] = [
  { about: 'runs', verdict: 'note', sentence: '11 of 12 runs count, 1 below 80 % accuracy left out.' },
  {
    about: 'factor',
    verdict: 'none',
    sentence: 'Q of forward_cov: no trend with L2 can be seen (ρ = .1, n = 12 runs, p = .7).',
  },
  {
    about: 'factor',
    verdict: 'found',
    sentence: 'Q of forward_jac rises with dropout: ρ = .9, n = 12 runs, p < .001.',
  },
];

/** @param points how many checkpoints it has, the n-th of which is the 2n-th of the plan */
export function figureOf(id: string, points: number, revision = 'r1'): StudyDrawing {
  const circles = Array.from({ length: points }, (_, i) => {
    const [x, y] = [60 + ((i * 97) % 700), 80 + ((i * 53) % 200)];
    return `<circle data-checkpoint="${i}" cx="${x}" cy="${y}" r="5" fill="#2a788e"/>`;
  });
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="820" height="320" viewBox="0 0 820 320" role="img"><title>${id}</title><rect x="0.5" y="0.5" width="819" height="319" rx="8" fill="#ffffff" stroke="#d1d9e0"/><text x="20" y="32" font-size="16" fill="#1f2328">${id}</text>${circles.join('')}</svg>`,
    checkpoints: Uint32Array.from({ length: points }, (_, i) => 2 * i),
    revision,
  };
}

export function studyAnswers(changes: StudyAnswers = {}): StudyAnswers {
  return {
    study: () => STUDY,
    overview: () => OVERVIEW,
    findings: () => FINDINGS,
    figure: ({ id }) => figureOf(id, 6),
    names: () => ({
      revision: 'r1',
      names: Array.from({ length: 24 }, (_, i) => `runs/${i}.ckpt`),
    }),
    refresh: () => null,
    group: () => null,
    open: () => null,
    save: () => null,
    run: () => null,
    ...changes,
  };
}
