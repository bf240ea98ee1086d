import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { networkFromOnnx } from '../../../../src/core/network/onnx/from-onnx';
import { activationText } from '../../../../src/core/network/ops/activation-text';
import type { Operation } from '../../../../src/core/network/ops/operation';
import { logitsOf, worst } from '../../../support/logits';

const folder = fileURLToPath(new URL('../../../fixtures/onnx_activations/', import.meta.url));

interface Expected {
  readonly samples: readonly (readonly number[])[];
  readonly logits: Readonly<Record<string, readonly (readonly number[])[]>>;
}
const expected = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Expected;

/** What a network's only hidden layer is, where it is not called as the network. */
const OPERATIONS: Readonly<Record<string, string>> = {
  elu: 'elu(alpha=0.5)',
  celu: 'celu(alpha=0.7)',
  softplus_beta: 'softplus(beta=2, threshold=1.5)',
  mobile_hardswish: 'hardswish',
  mobile_hardsigmoid: 'hardsigmoid',
  hardtanh: 'hardtanh(min_val=-0.5, max_val=0.75)',
  hardshrink: 'hardshrink(lambd=0.25)',
  softshrink: 'softshrink(lambd=0.25)',
  threshold: 'threshold(threshold=0.25, value=-0.5)',
  prelu_units: 'prelu',
  prelu_channels: 'prelu',
  glu: 'glu of sigmoid, second',
  glu_channels: 'glu of sigmoid, second',
  swiglu: 'multiply',
  packed_swiglu: 'glu of silu, first',
};
const text = (operation: Operation | undefined): string => {
  if (operation?.kind === 'activation') return activationText(operation.activation);
  return operation?.kind === 'glu'
    ? `glu of ${activationText(operation.activation)}, ${operation.gate}`
    : String(operation?.kind);
};
/** Numbers of ONNX are float32. */
const rounded = (written: string): string =>
  written.replaceAll(/\d+\.\d+/g, (number) => String(Number(Number(number).toFixed(6))));

describe('networks as torch exports them', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.onnx'));

  it('are there', () => {
    expect(files.length).toBeGreaterThan(70);
    expect(Object.keys(expected.logits).length).toBeGreaterThan(25);
  });

  it.each(files)('%s', async (file) => {
    const name = file.replace(/_[a-z]+\.onnx$/, '');
    const checkpoint = await openCheckpoint(folder + file);
    const network = await networkFromOnnx(checkpoint);
    const { samples, logits } = expected;
    const found = await logitsOf(checkpoint, network, Float32Array.from(samples.flat()), samples.length);
    await checkpoint.close();
    expect(worst(found, logits[name]?.flat() ?? [])).toBeLessThan(3e-6);
    const [hidden, ...others] = network.hidden.map((index) => network.nodes[index]);
    expect(others).toEqual([]);
    const usual = rounded(text(hidden?.operation))
      .replace(', threshold=Infinity', '')
      .replace('(threshold=Infinity)', '');
    expect(usual).toBe(OPERATIONS[name] ?? name);
    expect(hidden?.name).toBe(name === 'swiglu' ? 'w3' : 'first');
  });
});
