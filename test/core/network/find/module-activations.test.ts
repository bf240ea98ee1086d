import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../src/core/checkpoint/checkpoint';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { networkOf } from '../../../../src/core/network/find/find';
import type { LayerSpec, NetworkSpec } from '../../../../src/core/network/find/from-spec';
import type { Network } from '../../../../src/core/network/network';
import { logitsOf, worst } from '../../../support/logits';

const folder = fileURLToPath(new URL('../../../fixtures/module_activations/', import.meta.url));

interface Expected {
  readonly samples: readonly (readonly number[])[];
  readonly logits: readonly (readonly number[])[];
  /** The nonlinearities, as Python's repr writes them. */
  readonly modules: readonly string[];
}
// torch's logits in float64, by test/fixtures/make_module_activations.py.
const { samples, logits, modules } = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Expected;

async function opened<T>(file: string, use: (checkpoint: Checkpoint) => Promise<T>): Promise<T> {
  const checkpoint = await openCheckpoint(folder + file);
  try {
    return await use(checkpoint);
  } finally {
    await checkpoint.close();
  }
}

async function expectLogits(checkpoint: Checkpoint, network: Network | null): Promise<void> {
  if (network === null) throw new Error('no network was found');
  expect(network.hidden).toHaveLength(modules.length);
  const found = await logitsOf(checkpoint, network, Float32Array.from(samples.flat()), samples.length);
  expect(worst(found, logits.flat())).toBeLessThan(1e-5);
}

describe('every nonlinearity that torch has a module of', () => {
  it('is read off a pickled nn.Sequential', async () => {
    expect(modules.length).toBeGreaterThanOrEqual(18);
    await opened('sequential.pt', async (checkpoint) => {
      await expectLogits(checkpoint, await networkOf(checkpoint, {}));
    });
  });

  it('is described in modscope.json as Python writes it', async () => {
    const layers = modules.flatMap((written, i): LayerSpec[] => {
      const block: LayerSpec[] = [{ dense: String(3 * i) }, { layer_norm: String(3 * i + 1) }];
      if (written.startsWith('PReLU')) return [...block, { prelu: String(3 * i + 2) }];
      return [...block, written.startsWith('GLU') ? 'glu' : { activation: written }];
    });
    const network: NetworkSpec = { layers: [...layers, { dense: String(3 * modules.length) }] };
    await opened('state_dict.pt', async (checkpoint) => {
      await expectLogits(checkpoint, await networkOf(checkpoint, { network }));
    });
  });
});
