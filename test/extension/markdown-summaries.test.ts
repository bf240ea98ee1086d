import { expect, test } from 'vitest';
import { comparisonMarkdown, summaryMarkdown } from '../../src/extension/model/markdown-summaries';
import { layerReport, measureReport, report } from './example-report';

const small = report(layerReport('fc1', { forward_cov: measureReport(0.1, [0, 1, 1, -1]) }));
const large = report(
  layerReport('fc1', {
    forward_cov: measureReport(0.25, [0, 0, 1, 1]),
    backward_jac: measureReport(null, [-1, -1]),
  }),
);

test('a comparison has a column per checkpoint, named by what tells it apart, the highest Q in bold', () => {
  const markdown = comparisonMarkdown([
    { name: 'runs/digits_epoch=1.ckpt', report: small },
    { name: 'runs/digits_epoch=10.ckpt', report: large },
  ]);
  expect(markdown).toContain('|  | `epoch=1.ckpt` | `epoch=10.ckpt` |');
  expect(markdown).toContain('| `forward_cov` | 0.100 (2) | **0.250** (2) |');
  expect(markdown).toContain('| `backward_jac` | – | – |');
  expect(markdown).toContain('| `epoch=1.ckpt` | `test` | 100 | 0.970 |');
});

test('a name from a file does no harm to the table', () => {
  const compared = ['a|b.ckpt', 'c`d.ckpt'].map((name) => ({ name, report: small }));
  const [header = ''] = comparisonMarkdown(compared)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  expect(header.split('|')).toHaveLength(5);
});

test('a summary says what was measured, and that it is stale', () => {
  const markdown = summaryMarkdown('a.ckpt', large, 'stale');
  expect(markdown).toContain('Stale');
  expect(markdown).toContain('100 test samples');
  expect(markdown).toContain('| `forward_cov` | 0.250 | – | – | 2 | 0 |');
  expect(markdown).toContain('| `backward_jac` | – | – | – | 0 | 2 |');
});
