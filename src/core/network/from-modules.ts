import type { Checkpoint, ModuleNode } from '../checkpoint/checkpoint';
import { InputError } from '../error';
import { checkInputs, denseLayer } from './dense';
import { ChainBuilder } from './chain';
import type { Network } from './network';

const CONTAINER = /(^|\.)Sequential$/;
/** Does nothing in evaluation mode. */
const INERT = /(^|\.)(Dropout\d?d?|AlphaDropout|Identity)$/;
const OUTPUT_ONLY = /(^|\.)(Softmax|LogSoftmax)$/;

/**
 * The network a pickled or scripted `nn.Sequential` of standard layers is, or null where the modules are not one
 * (a class of the user's own: its forward method is code, which is never read).
 * @throws InputError naming a standard layer that cannot be analyzed
 */
export function networkFromModules(checkpoint: Checkpoint): Network | null {
  const root = checkpoint.modules;
  if (root === undefined) return null;
  const sequence = sequentialOf(root);
  if (sequence === null) return null;

  const assumptions: string[] = [];
  const layers = flatten(sequence).filter((module) => !INERT.test(module.className));
  const last = layers.at(-1);
  if (last !== undefined && OUTPUT_ONLY.test(last.className)) {
    layers.pop();
    assumptions.push(`The final ${shortName(last)} was left off: its inputs are the logits.`);
  }

  let builder: ChainBuilder | null = null;
  for (const module of layers) {
    if (isA(module, 'Flatten')) continue; // samples are flat in memory
    if (isA(module, 'Linear')) {
      const layer = denseLayer(checkpoint, module.path);
      builder ??= new ChainBuilder([layer.inputs]);
      checkInputs(checkpoint, module.path, layer, builder.last.shape[0] ?? 0);
      builder.append(module.path, layer.operation, [layer.outputs]);
    } else if (builder !== null && isA(module, 'ReLU')) {
      builder.activate({ name: 'relu' });
    } else if (builder !== null && isA(module, 'LeakyReLU')) {
      const slope = module.attributes['negative_slope'];
      builder.activate({ name: 'leaky_relu', negativeSlope: typeof slope === 'number' ? slope : 0.01 });
    } else {
      throw new InputError(
        checkpoint.path,
        `module ${module.path} is a ${shortName(module)}, which cannot be analyzed so far`,
        'Linear, ReLU, LeakyReLU, Dropout, Flatten and Identity can',
      );
    }
  }
  if (builder === null) return null;
  return builder.finish('the pickled modules', assumptions);
}

/** The module itself where it is an nn.Sequential, or the only thing in it that is one. */
function sequentialOf(module: ModuleNode): ModuleNode | null {
  if (CONTAINER.test(module.className)) return module;
  const [child, ...others] = module.children;
  return child !== undefined && others.length === 0 ? sequentialOf(child) : null;
}

function flatten(module: ModuleNode): ModuleNode[] {
  return CONTAINER.test(module.className) ? module.children.flatMap(flatten) : [module];
}

function isA(module: ModuleNode, name: string): boolean {
  return shortName(module) === name;
}

function shortName(module: ModuleNode): string {
  return module.className.slice(module.className.lastIndexOf('.') + 1);
}
