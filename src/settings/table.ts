import * as v from 'valibot';
import {
  LOSS_CHOICES,
  type LossChoice,
  NULL_KINDS,
  type NullKind,
  SOLVERS,
  type SolverName,
} from '../core/choices';
import { MEASURES, RAW_MEASURES } from '../core/measures';
import type { NullRequest } from '../core/report';
import { BACKENDS, type BackendName } from '../core/tensor/engine';
import { choice, choices, wholeNumber } from './flags';
import { dataObject, modelObject } from './objects';
import { integer, keys, listOf, oneOf, optional, stringOr, nonEmptyText } from './schema-parts';

/**
 * Every setting once. From these tables come what modscope.json is checked with and its JSON schema, the flags of the
 * command line and their help, the settings of VS Code, the options of the API and of the tool for language models, and
 * what a stored result depends on. `npm run schemas` writes those of them that are files.
 */

/** A setting of an analysis: a key of modscope.json, a flag, a setting of VS Code and an option of the API. */
export interface Setting {
  /** What modscope.json, VS Code and others may say. */
  readonly schema: v.GenericSchema;
  /** The same said by the text of a flag; null for a switch, which has none. @throws UsageError */
  readonly parse: ((flag: string, text: string) => unknown) | null;
  /** null and undefined leave it to the analysis. */
  readonly default: unknown;
  /** What editors say of it; Markdown where it is VS Code's alone. */
  readonly description: string;
  readonly flag: Flag;
  readonly vscode: Shown;
  /** Whether a stored result is stale when it changes. */
  readonly changesResult: boolean;
}

/** A flag, for --help. */
export interface Flag {
  /** What stands for its text; empty for a switch. */
  readonly form: string;
  /** Lines; what is the default in brackets. */
  readonly help: string;
}

/** How VS Code shows a setting. */
interface Shown {
  /** `resource`: of the checkpoint's folder; `machine-overridable`: of the machine that computes. */
  readonly scope: 'resource' | 'machine-overridable' | 'window';
  /** What each of its names means. */
  readonly names?: Readonly<Record<string, string>>;
  /** Where its JSON schema differs from that of modscope.json. */
  readonly json?: object;
}

/** Where a kind of null networks is named without a count. */
const DEFAULT_NULLS = 20;

// The kinds of values: what they are in JSON, and in the text of a flag.

function whole(least: number, most?: number) {
  return {
    schema: integer(least, most),
    parse: (flag: string, given: string) => wholeNumber(flag, given, least),
  };
}

function one<const T extends readonly string[]>(names: T) {
  return { schema: oneOf(names), parse: (flag: string, given: string) => choice(flag, given, names) };
}

function several<const T extends readonly string[]>(names: T, what: string) {
  return {
    schema: listOf(oneOf(names), what),
    parse: (flag: string, given: string) => choices(flag, given, names),
  };
}

const yesOrNo = { schema: v.boolean('must be true or false'), parse: null };

/** Null networks: {"untrained": 50}, or "untrained:50,permuted", or "none". */
const nulls = {
  schema: v.pipe(
    keys({
      untrained: optional(integer(2), 'Untrained networks of the same architecture.'),
      shuffled: optional(
        integer(2),
        "The same network with each unit's incoming weights dealt anew among its inputs.",
      ),
      permuted: optional(integer(2), "For upstream measures: each unit's samples in an order of its own."),
    } satisfies Record<NullKind, unknown>),
    v.transform((counts) =>
      NULL_KINDS.flatMap((kind): NullRequest[] => {
        const count = counts[kind];
        return count === undefined ? [] : [{ kind, count }];
      }),
    ),
  ),
  parse: (flag: string, given: string): NullRequest[] =>
    given === 'none'
      ? []
      : given.split(',').flatMap((item) => {
          const [name, count] = item.trim().split(':');
          const kind = choice(flag, name, NULL_KINDS);
          return kind === undefined
            ? []
            : [{ kind, count: wholeNumber(`${flag} ${kind}:`, count, 2) ?? DEFAULT_NULLS }];
        }),
};

/** "a (default), b, c": the first is the default. */
function listed([first = '', ...others]: readonly string[]): string {
  return [`${first} (default)`, ...others].join(', ');
}

/** Where reports go unless someone says otherwise; one folder per checkpoint. */
export const REPORT_FOLDER = 'modscope-reports';

/** The settings of an analysis. */
export const SETTINGS = {
  methods: {
    ...several(MEASURES, 'methods'),
    default: MEASURES,
    description: 'The association measures to compute; all by default.',
    flag: {
      form: 'a,b',
      help: `of ${RAW_MEASURES.join(', ')}, each also as ..._norm`,
    },
    vscode: { scope: 'resource', json: { minItems: 0, uniqueItems: true, default: [] } },
    changesResult: true,
  },
  loss: {
    ...one(LOSS_CHOICES),
    default: 'auto',
    description:
      'The loss that the network was trained with: backward_hess is its Hessian. By default what labels and outputs say, and the report says what was taken.',
    flag: { form: 'NAME', help: listed(LOSS_CHOICES) },
    vscode: {
      scope: 'resource',
      names: {
        auto: 'What the labels and the outputs of the network say.',
        cross_entropy: 'Cross-entropy of the softmax: one class for each sample.',
        binary_cross_entropy: 'Binary cross-entropy: one output, labels 0 and 1.',
        multi_label: 'Binary cross-entropy of each output: several labels for each sample.',
        mean_squared_error: 'Mean squared error: regression.',
      } satisfies Record<LossChoice, string>,
    },
    changesResult: true,
  },
  samples: {
    ...whole(1),
    default: null,
    description: 'Use only the first so many samples of the data set; all by default.',
    flag: { form: 'N', help: 'the first N samples only' },
    vscode: { scope: 'resource' },
    changesResult: true,
  },
  seed: {
    ...whole(0, 2 ** 32 - 1),
    default: 0,
    description: 'Seed of every random choice.',
    flag: { form: 'S', help: 'of every random choice (default 0)' },
    vscode: { scope: 'resource' },
    changesResult: true,
  },
  solver: {
    ...one(SOLVERS),
    default: 'best',
    description: 'How the clusters of a layer are found.',
    flag: { form: 'NAME', help: listed(SOLVERS) },
    vscode: {
      scope: 'resource',
      names: {
        best: 'The best partition of all solvers.',
        louvain: 'The Louvain method: fast.',
        spectral: "Newman's spectral method, refined.",
        monte_carlo: 'Monte Carlo search: thorough and slow; the method of the reference.',
      } satisfies Record<SolverName, string>,
    },
    changesResult: true,
  },
  exact: {
    ...yesOrNo,
    default: false,
    description:
      'Take all sums in full, whatever the time, where random directions would do. Dense networks are exact anyway.',
    flag: { form: '', help: 'no estimates (dense networks are always exact)' },
    vscode: { scope: 'resource' },
    changesResult: true,
  },
  probes: {
    ...whole(2),
    default: null,
    description:
      'Random directions per sample where sums are estimated; by default a number that suits the data. The standard error falls with its square root.',
    flag: { form: 'N', help: 'random directions per sample where sums are estimated' },
    vscode: { scope: 'resource' },
    changesResult: true,
  },
  workers: {
    ...whole(1),
    default: undefined,
    description: 'Threads to compute with; by default as many as the machine has cores.',
    flag: { form: 'N', help: 'threads (default: one per core)' },
    vscode: { scope: 'machine-overridable', json: { maximum: 64 } },
    changesResult: false,
  },
  backend: {
    ...one(BACKENDS),
    default: 'auto',
    description:
      'The tensor engine: wasm is built in, tensorflow is @tensorflow/tfjs-node where it is installed, auto prefers the latter.',
    flag: { form: 'NAME', help: listed(BACKENDS) },
    vscode: {
      scope: 'machine-overridable',
      names: {
        auto: 'TensorFlow where `@tensorflow/tfjs-node` is installed, else WebAssembly.',
        wasm: 'WebAssembly with SIMD: built in.',
        tensorflow: "TensorFlow's native library; `@tensorflow/tfjs-node` must be installed.",
      } satisfies Record<BackendName, string>,
    },
    changesResult: true,
  },
  nulls: {
    ...nulls,
    default: null,
    description:
      'Null networks that each modularity is compared with: of each kind, how many. By default 5 untrained ones, and 100 in VS Code and in studies, which compute them once for all checkpoints of an architecture; fewer or none where they would take long. {} for none.',
    flag: {
      form: 'a:N,b',
      help: `null networks to compare Q with, and how many: ${NULL_KINDS.join(', ')}, or none\n(default untrained:5, in a study untrained:100)`,
    },
    vscode: { scope: 'resource' },
    changesResult: true,
  },
  bootstrap: {
    ...whole(0),
    default: 0,
    description:
      'Resamples of the data that each modularity is computed for, to tell how much it varies; 0 for none.',
    flag: { form: 'N', help: 'resamples of the data, to tell how much Q and clusters vary (default 0)' },
    vscode: { scope: 'resource' },
    changesResult: true,
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

/** In the order of the table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]; // an object's keys are those of its type

/** All that says how checkpoints are analyzed. */
export type Settings = {
  readonly [K in SettingName]:
    v.InferOutput<(typeof SETTINGS)[K]['schema']> | (typeof SETTINGS)[K]['default'];
};

/** Settings as they are written: in modscope.json, in VS Code, by another extension. */
export type WrittenSettings = {
  readonly [K in SettingName]?: Readonly<v.InferInput<(typeof SETTINGS)[K]['schema']>>;
};

/** What was set, and the defaults for the rest. */
export function withDefaults(set: Partial<Settings>): Settings {
  const entries = SETTING_NAMES.map((name) => [name, set[name] ?? SETTINGS[name].default] as const);
  return Object.fromEntries(entries) as Settings; // fromEntries forgets which value is whose
}

/**
 * The settings that were written, in the order of the table and unchecked: the analysis host checks them as it does
 * modscope.json.
 * @param written what a setting was written as; undefined where it was not
 */
export function writtenSettings(written: (name: SettingName) => unknown): Readonly<Record<string, unknown>> {
  const entries = SETTING_NAMES.map((name) => [name, written(name)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Settings that a language model may choose: not those of the machine. */
export const SETTINGS_FOR_MODELS: readonly SettingName[] = SETTING_NAMES.filter(
  (name) => SETTINGS[name].vscode.scope === 'resource',
);

/** What is analyzed, and where its report goes: keys of modscope.json and flags. VS Code has commands for them. */
export const PLACES = {
  data: {
    schema: stringOr(dataObject),
    description:
      'The data set to analyse with: a file or folder, or more about it. Without it, the one data set near a checkpoint that fits is taken.',
    flag: { form: 'PATH', help: 'data set: file or folder (default: the one near the checkpoint)' },
  },
  model: {
    schema: stringOr(modelObject),
    description: 'The architecture, where a checkpoint does not tell it: an ONNX file, or the layers.',
    flag: {
      form: 'FILE',
      help: "the network's graph: an ONNX model, or a JSON file like modscope.json",
    },
  },
  layers: {
    schema: listOf(nonEmptyText, 'layers'),
    description: 'The hidden layers to analyze, by name; by default the outputs of the nonlinearities.',
    flag: { form: 'a,b', help: 'hidden layers to analyze, by name (default: the nonlinearities)' },
  },
  out: {
    schema: nonEmptyText,
    description: 'The folder for reports.',
    flag: { form: 'DIR', help: `where the report goes (default: ${REPORT_FOLDER}/<checkpoint>)` },
  },
} as const satisfies Record<string, Pick<Setting, 'schema' | 'description' | 'flag'>>;

/** VS Code's own settings. */
export const VSCODE_SETTINGS = {
  watch: {
    schema: v.array(nonEmptyText),
    default: [],
    description:
      'Glob patterns, relative to the workspace folder, of checkpoints to analyze as training writes them, e.g. `runs/**/*.ckpt`. Watching begins when the Checkpoints view is first shown; a file is analyzed once it is complete.',
    vscode: { scope: 'resource', json: { uniqueItems: true } },
  },
  reportFolder: {
    schema: nonEmptyText,
    default: REPORT_FOLDER,
    description:
      'The folder that `Modscope: Write Report` writes to: relative to the workspace folder, or absolute. `out` of `modscope.json` takes precedence.',
    vscode: { scope: 'resource' },
  },
  palette: {
    schema: oneOf(['viridis', 'cividis']),
    default: 'viridis',
    description: 'The colours of matrices in the panel. Both are readable with any colour vision.',
    vscode: {
      scope: 'window',
      names: {
        viridis: 'Dark blue over green to yellow.',
        cividis: 'Dark blue over grey to yellow.',
      },
    },
  },
} as const satisfies Record<string, Pick<Setting, 'schema' | 'default' | 'description' | 'vscode'>>;
