import { InputError } from '../../base/error';
import type { Checkpoint, TensorInfo } from '../../checkpoint/checkpoint';
import { stripWrappers } from '../network';
import type { Conv } from '../ops/conv';
import type { Dense } from '../ops/dense';
import type { BatchNorm, GroupNorm, LayerNorm } from '../ops/norm';
import type { Pool } from '../ops/pooling';
import type { Prelu } from '../ops/prelu';
import type { Steps } from '../ops/window';

/** PyTorch's, of every norm. */
export const EPSILON = 1e-5;

interface ConvOptions {
  readonly strides: Steps;
  /** "same" keeps height and width at stride 1; what cannot be halved goes below and to the right, as in PyTorch. */
  readonly padding: Steps | 'same';
  readonly dilations: Steps;
  readonly groups: number;
}

/**
 * Layers by what the names of their tensors begin with: `<prefix>.weight` and so on, as PyTorch names them, the prefix
 * written with or without wrappers such as "module.". InputError is thrown where a tensor is not there.
 */
export class LayerTensors {
  readonly #weights: ReadonlyMap<string, TensorInfo>;
  readonly #byShort: ReadonlyMap<string, TensorInfo>;

  constructor(private readonly checkpoint: Checkpoint) {
    const weights = [...checkpoint.tensors.values()].filter((tensor) => tensor.role === 'weight');
    const short = stripWrappers(weights.map((tensor) => tensor.name));
    this.#weights = new Map(weights.map((tensor) => [tensor.name, tensor]));
    this.#byShort = new Map(weights.map((tensor) => [short.get(tensor.name) ?? tensor.name, tensor]));
  }

  dense(prefix: string): Dense {
    const weight = this.#get(prefix, 'weight', 'dense layer', 2).name;
    return { kind: 'dense', weight, bias: this.#bias(prefix), layout: 'out_in' };
  }

  conv(prefix: string, { strides, padding, dilations, groups }: ConvOptions): Conv {
    const { name, shape } = this.#get(prefix, 'weight', 'convolution', 4);
    const around = (side: 0 | 1): readonly [before: number, after: number] => {
      if (padding !== 'same') return [padding[side], padding[side]];
      const total = dilations[side] * (shape[2 + side]! - 1);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    };
    const [top, bottom] = around(0);
    const [left, right] = around(1);
    const pads = [top, left, bottom, right] as const;
    return { kind: 'conv', weight: name, bias: this.#bias(prefix), strides, pads, dilations, groups };
  }

  /**
   * The size of a convolution's square filters, and its groups.
   * @param channels that it is given
   */
  filters(prefix: string, channels: number): { readonly kernel: number; readonly groups: number } {
    const { shape } = this.#get(prefix, 'weight', 'convolution', 4);
    return { kernel: shape[2]!, groups: Math.max(1, Math.round(channels / shape[1]!)) };
  }

  /** Its scale and shift may be missing; what it measured while training may not. */
  batchNorm(prefix: string, epsilon: number): BatchNorm {
    const mean = this.#get(prefix, 'running_mean', 'batch norm').name;
    const variance = this.#get(prefix, 'running_var', 'batch norm').name;
    const weight = this.#find(prefix, 'weight')?.name ?? null;
    return { kind: 'batch_norm', weight, bias: this.#bias(prefix), mean, variance, epsilon };
  }

  layerNorm(prefix: string, epsilon: number): LayerNorm {
    const { name, shape } = this.#get(prefix, 'weight', 'layer norm');
    return { kind: 'layer_norm', dimensions: shape.length, weight: name, bias: this.#bias(prefix), epsilon };
  }

  groupNorm(prefix: string, groups: number, epsilon: number): GroupNorm {
    const weight = this.#get(prefix, 'weight', 'group norm').name;
    return { kind: 'group_norm', groups, weight, bias: this.#bias(prefix), epsilon };
  }

  /** One slope for all channels, or one for each. */
  prelu(prefix: string): Prelu {
    return { kind: 'prelu', weight: this.#get(prefix, 'weight', 'PReLU', 1).name, aligned: 'first' };
  }

  #bias(prefix: string): string | null {
    return this.#find(prefix, 'bias')?.name ?? null;
  }

  #find(prefix: string, part: string): TensorInfo | undefined {
    const name = `${prefix}.${part}`;
    return this.#weights.get(name) ?? this.#byShort.get(name);
  }

  #get(prefix: string, part: string, layer: string, dimensions?: number): TensorInfo {
    const found = this.#find(prefix, part);
    const fits = dimensions === undefined || found?.shape.length === dimensions;
    if (found !== undefined && fits) return found;
    const what = dimensions === undefined ? 'tensor' : `tensor of ${dimensions} dimensions`;
    throw new InputError(
      this.checkpoint.path,
      `no ${what} ${prefix}.${part} for the ${layer} ${prefix}`,
      `Its weights are ${[...this.#byShort.keys()].slice(0, 8).join(', ')}`,
    );
  }
}

/** A pool with PyTorch's defaults: windows beside each other, no padding, which counts in an average where there is some. */
export function pooling(
  mode: Pool['mode'],
  kernel: Steps,
  {
    strides = kernel,
    padding: [vertical, horizontal] = [0, 0],
    dilations = [1, 1],
    ceil = false,
    countPads = true,
  }: Partial<Pick<Pool, 'strides' | 'dilations' | 'ceil' | 'countPads'> & { readonly padding: Steps }> = {},
): Pool {
  const pads = [vertical, horizontal, vertical, horizontal] as const;
  return { kind: 'pool', mode, kernel, strides, pads, dilations, ceil, countPads };
}
