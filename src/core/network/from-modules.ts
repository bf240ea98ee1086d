import { InputError } from '../base/error';
import type { Checkpoint, ModuleNode } from '../checkpoint/checkpoint';
import { KNOWN_ACTIVATIONS } from './activation-names';
import type { Chain, ChainLayer } from './chain';
import { LayerTensors } from './layer-tensors';
import { ModuleAttributes } from './module-attributes';
import { KNOWN_LAYERS, moduleOperation, standardClass } from './modules';

/** Does nothing in evaluation mode. */
const INERT = /^(Dropout\d?d?|AlphaDropout|FeatureAlphaDropout|Identity)$/;
const OUTPUT_ONLY = /^(Softmax|LogSoftmax|Sigmoid)$/;

/**
 * The layers of a pickled `nn.Sequential` of standard layers, or null where the modules are not one
 * (a class of the user's own: its forward method is code, which is never read).
 * @throws InputError naming a layer that cannot be analyzed
 */
export function chainFromModules(checkpoint: Checkpoint): Chain | null {
  const sequence = checkpoint.modules && sequentialOf(checkpoint.modules);
  if (!sequence) return null;
  const modules = unnested(sequence)
    .map((module) => ({ module, kind: standardClass(module) }))
    .filter(({ kind }) => !INERT.test(kind ?? ''));

  const assumptions: string[] = [];
  const last = modules.at(-1)?.kind ?? '';
  if (OUTPUT_ONLY.test(last)) {
    modules.pop();
    assumptions.push(`The final ${last} was left off: its inputs are the logits.`);
  }
  if (modules.length === 0) return null;

  const tensors = new LayerTensors(checkpoint);
  const layers = modules.map(({ module, kind }): ChainLayer => {
    const attributes = new ModuleAttributes(checkpoint.path, module);
    const operation = kind === null ? null : moduleOperation(kind, attributes, tensors, module.path);
    if (operation !== null) return { name: module.path, operation };
    throw new InputError(
      checkpoint.path,
      `module ${module.path} is a ${kind ?? module.className}, which cannot be analyzed`,
      `${KNOWN_LAYERS}, ${KNOWN_ACTIVATIONS} can`,
    );
  });
  return { input: null, layers, source: 'the pickled modules', assumptions };
}

/** The module itself where it is an nn.Sequential, or the only thing in it that is one. */
function sequentialOf(module: ModuleNode): ModuleNode | null {
  if (standardClass(module) === 'Sequential') return module;
  const [child, ...others] = module.children;
  return child !== undefined && others.length === 0 ? sequentialOf(child) : null;
}

function unnested(module: ModuleNode): ModuleNode[] {
  return standardClass(module) === 'Sequential' ? module.children.flatMap(unnested) : [module];
}
