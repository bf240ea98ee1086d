// Which room may know which: every room imports those above it in its list and never one below, types included.
// docs/ARCHITECTURE.md draws the same picture; `npm run graph` prints the folders and their arrows as they are.

/** The rooms of the core, ground floor first. */
const CORE = [
  'base',
  'tensor',
  'file',
  'choices.ts',
  'measures.ts',
  'report.ts',
  'checkpoint',
  'network',
  'dataset',
  'association',
  'agreement',
  'clustering',
  'analysis',
  'study',
  'render',
];

/** The layers on top of it; those of one row do not know each other. */
const LAYERS = [['core'], ['settings'], ['compute', 'store'], ['host', 'cli'], ['extension']];

const rooms = (prefix, names) => `^${prefix}(${names.join('|')})(/|$)`;

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid('no-circle', 'No circle of files, type imports counted.', {}, { circular: true }),
    {
      ...forbid(
        'no-circle-of-folders',
        'No folder of the core imports one that imports it back.',
        {},
        { circular: true },
      ),
      scope: 'folder',
      from: { path: '^src/core' },
    },
    ...CORE.slice(0, -1).map((room, index) =>
      forbid(
        `core-${room}`,
        `core/${room} comes before what it imports here.`,
        { path: `^src/core/${room}(/|$)` },
        { path: rooms('src/core/', CORE.slice(index + 1)) },
      ),
    ),
    ...LAYERS.flatMap((row, index) =>
      row.map((layer) =>
        forbid(
          `layer-${layer}`,
          `src/${layer} comes before what it imports here, or beside it.`,
          { path: `^src/${layer}/` },
          {
            path: [
              rooms('src/', [...row.filter((other) => other !== layer), ...LAYERS.slice(index + 1).flat()]),
              '^webview/',
            ],
          },
        ),
      ),
    ),
    forbid(
      'protocol-and-rpc',
      'What is sent, and how, knows the core and the settings alone.',
      { path: '^src/(protocol|matrix-messages|rpc|queue)\\.ts$' },
      { path: '^(src/(compute|store|host|cli|extension)|webview)/' },
    ),
    forbid(
      'core-is-pure',
      'The core knows no vscode, no DOM, no worker and no tensor backend, nor how messages are sent.',
      { path: '^src/core/' },
      {
        path: [
          '^vscode$',
          '^(node:)?(worker_threads|child_process)$',
          '@tensorflow/',
          '^src/(protocol|matrix-messages|rpc|queue)\\.ts$',
        ],
      },
    ),
    forbid(
      'vscode',
      'VS Code is known to the extension alone, and not to its model, which can be tried without one.',
      { path: '^src/', pathNot: '^src/extension/(?!model/)' },
      { path: '^vscode$' },
    ),
    forbid(
      'extension-is-light',
      'The extension leaves what takes time to the analysis host.',
      { path: '^src/extension/' },
      { path: ['^src/(compute|host|cli)/', '@tensorflow/'] },
    ),
    forbid(
      'extension-starts-fast',
      'The extension and the settings load the schema of the report when a report is read, not at the start.',
      { path: '^src/(extension|settings)/' },
      {
        path: '^src/(core/report|store/results)\\.ts$',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    ),
    forbid(
      'pages-are-light',
      'A page runs the protocol, text helpers, the measures, how partitions are compared and how a report is drawn; of all else it knows types.',
      { path: '^webview/' },
      {
        path: '^src/',
        pathNot:
          '^src/(protocol\\.ts|matrix-messages\\.ts|rpc\\.ts|core/(base/text\\.ts|measures\\.ts|agreement/|render/))',
        dependencyTypesNot: ['type-only'],
      },
    ),
  ],
  options: {
    tsPreCompilationDeps: true, // types count
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    reporterOptions: { dot: { collapsePattern: '^(src/core/[^/]+|src/[^/]+|webview/[^/]+)' } },
  },
};
