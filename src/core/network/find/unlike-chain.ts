import { InputError } from '../../base/error';
import { listed } from '../../base/text';
import type { Checkpoint, TensorInfo } from '../../checkpoint/checkpoint';

/** Brings the graph, which tensors do not tell. */
export const GRAPH_REMEDY =
  'Export the network to ONNX, torch.onnx.export(model.eval(), (x,), "model.onnx", dynamo=True, optimize=False) for a sample x, ' +
  'and name that file, {"model": "model.onnx"} in modscope.json';

/** Parts of a name that stand for attention whatever is beside them. */
const ATTENTION =
  /^(?:in_proj_weight|in_proj|qkv|qkv_proj|to_qkv|c_attn|attn|attn\d+|self_attn|cross_attn|attention|self_attention|multihead_attn|mha|MultiHeadDotProductAttention_\d+)$/i;
/** A query, key or value: "q", "q_proj", "to_q", "wq", "query", "W_q". */
const PROJECTION =
  /^(?:to_|w_?|fc_?)?(q|k|v)(?:_?(?:proj|lin|linear))?$|^(query|key|value)s?(?:_?(?:proj|layer))?$/i;
const RECURRENT =
  /^(?:(?:weight|bias)_(?:ih|hh)(?:_l\d+(?:_reverse)?)?|recurrent_kernel|lstm\w*|gru\w*|rnn\w*)$/i;
const EMBEDDING =
  /^(?:\w+_)?(?:embed|embeds|embeddings?|emb|wte|wpe|embed_tokens|cls_token|class_token|position_ids|inv_freq)(?:_\d+)?$/i;
/** Two of which one network has, side by side. */
const PAIRS: readonly (readonly [RegExp, RegExp])[] = [
  [/^actor/i, /^critic/i],
  [/^policy/i, /^value/i],
  [/^(?:fc_?)?(?:mu|mean)$/i, /^(?:fc_?)?(?:log_?var|sigma|log_?std|std)$/i],
  [/^generator/i, /^discriminator/i],
];

/**
 * Refuses tensors whose names say that the network is no chain of layers, whatever their shapes: attention, recurrence,
 * embeddings, gates, several outputs, and weights in parts that could not be put together.
 * @throws InputError with what was seen and how to bring the graph
 */
export function refuseUnlikeChain(checkpoint: Checkpoint): void {
  const tensors = [...checkpoint.tensors.values()].filter(({ role }) => role === 'weight');
  const refuse = (what: string, seen: readonly TensorInfo[], remedy = GRAPH_REMEDY): never => {
    const names = listed(
      seen.map(({ name }) => name),
      4,
    );
    throw new InputError(checkpoint.path, `${what} (${names})`, remedy);
  };
  const withPart = (pattern: RegExp): TensorInfo[] =>
    tensors.filter(({ name }) => segments(name).some((part) => pattern.test(part)));

  const adapters = tensors.filter(({ name }) => /\.lora_|^lora_/i.test(name));
  if (adapters.length > 0)
    refuse(
      'it holds LoRA adapters, and not all that their effect depends on: the layers they adapt and the hyper-parameter lora_alpha',
      adapters,
      'Merge them before the network is saved: model.merge_and_unload() of peft',
    );
  const parts = tensors.filter(({ name }) => /(?:^|\.)parametrizations\.|_(?:orig|mask)$/.test(name));
  if (parts.length > 0)
    refuse(
      'it holds weights under a parametrization that its tensors do not tell',
      parts,
      'Remove it before the network is saved: torch.nn.utils.parametrize.remove_parametrizations(layer, "weight"), or ' +
        'prune.remove(layer, "weight")',
    );

  const attention = [...withPart(ATTENTION), ...projections(tensors)];
  if (attention.length > 0)
    refuse('its tensors are those of attention, and do not tell what is done with them', attention);
  const recurrent = withPart(RECURRENT);
  if (recurrent.length > 0)
    refuse('its tensors are those of a recurrent network, and do not tell what is done with them', recurrent);
  const embeddings = withPart(EMBEDDING).filter(({ name }) => !hasBias(checkpoint, name));
  if (embeddings.length > 0)
    refuse('its tensors are those of an embedding, and do not tell what is done with it', embeddings);
  for (const [one, other] of PAIRS) {
    const [a, b] = [withPart(one), withPart(other)];
    if (a.length > 0 && b.length > 0)
      refuse('it holds several networks or outputs, and does not tell which gives the logits', [
        a[0]!,
        b[0]!,
      ]);
  }
  const gates = withPart(/^(?:w_?)?gate(?:_?proj|_?up)?$/i);
  if (gates.length > 0) refuse('its tensors are those of a gate, and do not tell what it multiplies', gates);
  const heads = withPart(/^\w*heads?(?:_?[a-z]+|_?\d+)$|^heads?_\w+$/i);
  if (new Set(heads.map(({ name }) => segments(name).slice(0, -1).join('.'))).size > 1)
    refuse('it has several heads, and does not tell which gives the logits', heads);
}

/** The parts of a name; of a very long one, which could take the patterns long, none. */
function segments(name: string): string[] {
  return name.length > 500 ? [] : name.replace(/:\d+$/, '').split(/[./]/);
}

/** Queries, keys and values that stand side by side. */
function projections(tensors: readonly TensorInfo[]): TensorInfo[] {
  const byParent = new Map<string, Map<string, TensorInfo>>();
  for (const info of tensors) {
    const parts = segments(info.name);
    for (const [i, part] of parts.entries()) {
      const [, short, long] = PROJECTION.exec(part) ?? [];
      const which = (short ?? long)?.[0]?.toLowerCase();
      if (which === undefined) continue;
      const parent = parts.slice(0, i).join('.');
      const found = byParent.get(parent) ?? new Map<string, TensorInfo>();
      byParent.set(parent, found.set(which, info));
    }
  }
  return [...byParent.values()].filter((found) => found.size === 3).flatMap((found) => [...found.values()]);
}

/** A layer with a bias is no embedding, whatever it is called. */
function hasBias(checkpoint: Checkpoint, name: string): boolean {
  const layer = name.replace(/[^./]*$/, '');
  return layer !== '' && ['bias', 'b', 'biases'].some((part) => checkpoint.tensors.has(layer + part));
}
