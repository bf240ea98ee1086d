import * as v from 'valibot';
import type { PlainValue } from './base/plain-value';
import { LOSS_CHOICES, LOSSES, NULL_KINDS, SOLVERS } from './choices';
import { MEASURES, wordsOf } from './measures';

// What `modscope analyze` writes: "modscope-report/1". The schema is the one account of it. From it come the types, the order
// of the keys in the file (render/report-json.ts), the check of a file that is read back, and schemas/report.schema.json.

const text = (description: string) => v.pipe(v.string(), v.description(description));
const flag = (description: string) => v.pipe(v.boolean(), v.description(description));
const number = (description: string) => v.pipe(v.number(), v.description(description));
const nonNegative = (description: string) => v.pipe(v.number(), v.minValue(0), v.description(description));
const share = (description: string) =>
  v.pipe(v.number(), v.minValue(0), v.maxValue(1), v.description(description));
const integer = (least: number, description: string) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.description(description));
const orNull = <const S extends v.GenericSchema>(schema: S, description: string) =>
  v.pipe(v.nullable(schema), v.description(description));
const list = <const S extends v.GenericSchema>(item: S, description: string) =>
  v.pipe(v.array(item), v.readonly(), v.description(description));
const object = <const E extends v.ObjectEntries>(description: string, entries: E) =>
  v.pipe(v.strictObject(entries), v.readonly(), v.description(description));
const record = <const S extends v.GenericSchema>(value: S, description: string) =>
  v.pipe(v.record(v.string(), value), v.readonly(), v.description(description));
const labels = (description: string) => list(v.pipe(v.number(), v.integer(), v.minValue(-1)), description);

const measure = v.pipe(
  v.picklist(MEASURES),
  v.description(
    `A measure of association, by the id of Lange, Rolnick and Kording (2022). forward: by what drives the units (upstream); backward: by what they do (downstream); _norm: normalised by the diagonal. ${MEASURES.map((id) => `${id}: ${wordsOf(id)}`).join('; ')}.`,
  ),
);

const solver = v.pipe(
  v.picklist(SOLVERS),
  v.description(
    'How clusters are found: the best of many starts, Louvain, spectral splitting (Newman 2006), or Monte Carlo from the spectral start.',
  ),
);

const nullKind = v.pipe(
  v.picklist(NULL_KINDS),
  v.description(
    "untrained: networks of the same architecture; shuffled: units' incoming weights dealt anew; permuted: of upstream measures, units permuted over the samples, independently of each other.",
  ),
);

const plain: v.GenericSchema<PlainValue> = v.pipe(
  v.union([
    v.null(),
    v.boolean(),
    v.number(),
    v.string(),
    v.array(v.lazy(() => plain)),
    v.record(
      v.string(),
      v.lazy(() => plain),
    ),
  ]),
  v.description(
    'Plain data as the checkpoint holds it. What could not be understood is a string such as "<pathlib.PosixPath>".',
  ),
);

const splitStatistics = object('How the network does on one split of the data.', {
  loss: number('Mean of the loss that `data.loss` names: nats, of mean_squared_error squares.'),
  accuracy: v.exactOptional(
    share(
      'Share of samples classified right; of multi_label the share of labels. Absent of mean_squared_error.',
    ),
  ),
  r2: v.exactOptional(
    orNull(
      v.number(),
      'Of mean_squared_error alone: R², the mean of that of the outputs whose targets vary; null where none does.',
    ),
  ),
});

const statistics = object('Statistics of the checkpoint. Splits that were not evaluated are absent.', {
  train: v.exactOptional(splitStatistics),
  val: v.exactOptional(splitStatistics),
  test: v.exactOptional(splitStatistics),
  l1Norm: nonNegative('Sum of |w| over parameters of two or more dimensions.'),
  l2Norm: nonNegative('Sum of w² over the same parameters.'),
  nuclearNorm: orNull(
    v.pipe(v.number(), v.minValue(0)),
    'Sum of the singular values of the two-dimensional parameters; null where it was not computed.',
  ),
  sparsity: share('Share of the weights counted in l1Norm with |w| < 1e-3.'),
});

const nullRequest = object('How many networks of a kind Q is compared with.', {
  kind: nullKind,
  count: integer(1, 'Null networks.'),
});

const nullModel = object('Q against a null model.', {
  kind: nullKind,
  count: integer(2, 'Null networks that had a Q.'),
  mean: number('Mean Q of the null model.'),
  sd: nonNegative('Standard deviation of its Q.'),
  z: orNull(v.number(), '(Q − mean) / sd; null where sd is 0.'),
  p: share('Share of null draws with a Q at least as high, smoothed: never 0.'),
});

const bootstrap = object('Q and clusters when the data are resampled.', {
  count: integer(2, 'Resamples that had a Q.'),
  mean: number('Mean Q over them.'),
  sd: nonNegative('Standard deviation of Q over them.'),
  stability: orNull(
    v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    'Mean element-centric similarity of their partitions with that of all data.',
  ),
  persistence: orNull(
    v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    'Mean share of units that stay with their cluster in them: alignment_optimal of their partitions with that of all data.',
  ),
  consensus: labels('The partition they agree on with that of all data: unit → label, −1 dead.'),
});

const measureReport = object('One measure of one layer: its clusters and how modular they are.', {
  matrix: orNull(
    v.pipe(v.string(), v.regex(/^matrices\/[^/\\]+\.npy$/)),
    'Path of the association matrix (.npy, float64) relative to this file; null where it was not written.',
  ),
  q: orNull(
    v.number(),
    "Newman's modularity of the clusters, diagonal left out; null where there is nothing to cluster (every unit dead).",
  ),
  clusters: labels('Unit → cluster label 0, 1, …; −1 for a dead unit, which is in no cluster.'),
  count: integer(0, 'Number of clusters.'),
  softCount: nonNegative("exp of the entropy of the clusters' shares of the live units."),
  solver,
  standardError: orNull(
    v.pipe(v.number(), v.minValue(0)),
    'Where the association was estimated with random directions, how far it may be off: the expected norm of its error relative to its own (Frobenius). null where exact.',
  ),
  null: orNull(
    nullModel,
    'Q against the first null model that was asked for and applies; null where none was computed.',
  ),
  nulls: list(
    nullModel,
    'Q against every null model that was asked for and applies; the first of them is `null`.',
  ),
  stability: orNull(
    v.number(),
    'Mean element-centric similarity of the partitions from different starts; null where the solver has no starts.',
  ),
  bootstrap: orNull(bootstrap, 'Over resamples of the data; null where none were asked for.'),
});

const metric = (description: string) => orNull(v.number(), description);
const directed = (description: string) =>
  orNull(
    v.pipe(v.strictTuple([v.nullable(v.number()), v.nullable(v.number())]), v.readonly()),
    `${description} The value from a to b, then from b to a; null where not computed.`,
  );

// The metrics are defined, with their papers, in agreement/.
const agreement = object(
  'How well the results of two measures agree; null where undefined or not computed.',
  {
    a: v.pipe(measure, v.description('One measure.')),
    b: v.pipe(measure, v.description('The other.')),
    element_sim: metric(
      'Element-centric similarity: mean over units of |C ∩ C′| / max(|C|, |C′|). Chance is above 0.',
    ),
    alignment: metric(
      'Share of units matched by a greedy one-to-one matching of clusters, largest overlap first.',
    ),
    alignment_optimal: metric('The same with the best matching (Hungarian).'),
    alignmentNull: orNull(
      object('Over random relabellings.', {
        mean: number('Mean of the null.'),
        sd: nonNegative('Its standard deviation.'),
      }),
      'The greedy alignment under random relabelling of the units; null where not computed.',
    ),
    p: orNull(
      v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
      'Share of random relabellings whose alignment reaches the observed one, smoothed: never 0.',
    ),
    rmi: metric('Reduced mutual information (Newman, Cantwell and Young 2020), bits per unit.'),
    rmi_norm: metric('rmi divided by the mean of the two self-values.'),
    vi: metric('Variation of information, bits; the only distance, 0 for equal partitions.'),
    vi_norm: metric(
      'Variation of information, normalised: 1 for equal partitions; null for a single cluster.',
    ),
    ami: metric(
      'Adjusted mutual information; of equal partitions 1, a single cluster or singletons included.',
    ),
    ari: metric('Adjusted Rand index; of equal partitions 1, a single cluster or singletons included.'),
    rsa: metric("Spearman correlation of the two association matrices' upper triangles."),
    rsaP: orNull(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 'Two-sided p-value of rsa.'),
    transfer: directed('Q of the matrix of a with the clusters of b, and the other way round.'),
    transfer_norm: directed('transfer divided by Q with the own clusters (+ 1e-3).'),
  },
);

const layer = object('One hidden layer, or all of them combined.', {
  name: text('Name of the layer in the checkpoint; "combined" for all hidden layers together.'),
  kind: v.pipe(
    v.picklist(['dense', 'conv', 'combined']),
    v.description('Dense units, convolution channels, or the units of all dense hidden layers stacked.'),
  ),
  units: integer(0, 'Number of units: rows of the association matrices.'),
  shape: list(v.pipe(v.number(), v.integer(), v.minValue(0)), 'Shape of one sample of the activations.'),
  methods: object(
    'Result by measure; those not asked for are absent.',
    v.entriesFromList(MEASURES, v.exactOptional(measureReport)),
  ),
  agreement: list(agreement, 'Every pair of measures once.'),
});

export const Report = object(
  'What `modscope analyze` writes: modscope-report/1. Numbers have full precision; what is undefined is null, never NaN.',
  {
    schema: v.pipe(v.literal('modscope-report/1'), v.description('Name and version of this format.')),
    tool: object('What wrote the report.', {
      name: text('Program that wrote the report.'),
      version: text('Its version.'),
    }),
    createdAt: v.pipe(
      v.string(),
      v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/),
      v.description('When, ISO 8601 in UTC.'),
    ),
    checkpoint: object('The file that was analysed.', {
      path: text('Path of the checkpoint as it was given.'),
      sha256: v.pipe(
        v.string(),
        v.regex(/^[0-9a-f]{64}$/),
        v.description('SHA-256 of the file, hexadecimal.'),
      ),
      format: text('e.g. "Lightning", "safetensors".'),
      hyperParameters: record(
        plain,
        'Hyper-parameters stored in the checkpoint, under the names it gives them.',
      ),
    }),
    network: object('The network as it was understood.', {
      source: text('How the architecture was found, e.g. "tensor names and shapes".'),
      assumptions: list(
        v.string(),
        'What had to be assumed about it and the data: what was taken, what would differ otherwise, and the key that settles it.',
      ),
      notes: v.exactOptional(
        list(v.string(), 'What else is to be known of how it was found, one sentence each.'),
      ),
      warnings: v.exactOptional(
        list(v.string(), 'Why the numbers may mean nothing, e.g. a network that does no better than chance.'),
      ),
    }),
    data: object('The data the measures were taken on.', {
      path: text('Path of the data set.'),
      split: text('Split that was used, e.g. "test".'),
      samples: integer(1, 'Samples used.'),
      classes: orNull(
        v.pipe(v.number(), v.integer(), v.minValue(1)),
        'Number of classes; null where the labels are no class numbers.',
      ),
      loss: v.pipe(
        v.picklist(LOSSES),
        v.description(
          'The loss that the statistics and backward_hess are of. cross_entropy: of the softmax; binary_cross_entropy: of one logit against 0; multi_label: the mean of that over several labels; mean_squared_error: of a regression, the mean over its outputs.',
        ),
      ),
    }),
    settings: object('What was asked for.', {
      methods: v.pipe(
        v.array(measure),
        v.readonly(),
        v.metadata({ description: 'Measures asked for.', uniqueItems: true }),
      ),
      loss: v.pipe(
        v.picklist(LOSS_CHOICES),
        v.description('The loss asked for; auto for that which labels and outputs say.'),
      ),
      samples: orNull(v.pipe(v.number(), v.integer(), v.minValue(1)), 'Most samples to use; null for all.'),
      seed: v.pipe(v.number(), v.integer(), v.description('Seed of every random choice.')),
      solver,
      exact: flag('Whether all sums were to be taken in full, whatever the time.'),
      probes: orNull(
        v.pipe(v.number(), v.integer(), v.minValue(2)),
        'Random directions per sample where sums are estimated; null for a number that suits the data.',
      ),
      nulls: list(nullRequest, 'Null networks that Q is compared with.'),
      bootstrap: integer(0, 'Resamples of the data; 0 for none.'),
      backend: text('Tensor backend, e.g. "wasm".'),
      workers: integer(1, 'Worker threads.'),
    }),
    stats: statistics,
    layers: list(layer, 'Hidden layers in network order, the combined one last.'),
    timings: record(v.pipe(v.number(), v.minValue(0)), 'Seconds per stage.'),
  },
);

/** The parts that have a name of their own in the JSON schema. */
export const REPORT_PARTS = {
  measure,
  solver,
  nullKind,
  plain,
  splitStatistics,
  statistics,
  nullRequest,
  nullModel,
  measureReport,
  agreement,
  layer,
};

export type Report = v.InferOutput<typeof Report>;
export type SplitStatistics = v.InferOutput<typeof splitStatistics>;
export type Statistics = v.InferOutput<typeof statistics>;
export type LayerReport = v.InferOutput<typeof layer>;
export type MeasureReport = v.InferOutput<typeof measureReport>;
export type BootstrapReport = v.InferOutput<typeof bootstrap>;
export type NullRequest = v.InferOutput<typeof nullRequest>;
export type NullModel = v.InferOutput<typeof nullModel>;
export type Agreement = v.InferOutput<typeof agreement>;
