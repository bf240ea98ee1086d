// What an analysis can be asked for by name, besides its measures. The settings know these names without the schema of the
// report, which takes a tenth of the time in which the extension starts.

/** How the clusters of a layer are found. */
export const SOLVERS = ['best', 'louvain', 'spectral', 'monte_carlo'] as const;
export type SolverName = (typeof SOLVERS)[number];

/** What Q is compared with. */
export const NULL_KINDS = ['untrained', 'shuffled', 'permuted'] as const;
export type NullKind = (typeof NULL_KINDS)[number];
