// What an analysis can be asked for by name, besides its measures. The settings know these names without the schema of the
// report, which takes a tenth of the time in which the extension starts.

/** How the clusters of a layer are found. */
export const SOLVERS = ['best', 'louvain', 'spectral', 'monte_carlo'] as const;
export type SolverName = (typeof SOLVERS)[number];

/** What a network was trained to make small: by it the Hessian and the score are taken. */
export const LOSSES = ['cross_entropy', 'binary_cross_entropy', 'multi_label', 'mean_squared_error'] as const;
export type LossName = (typeof LOSSES)[number];

/** What a loss can be asked for as; `auto`: what the labels and the network's outputs say. */
export const LOSS_CHOICES = ['auto', ...LOSSES] as const;
export type LossChoice = (typeof LOSS_CHOICES)[number];

/** What Q is compared with. */
export const NULL_KINDS = ['untrained', 'shuffled', 'permuted'] as const;
export type NullKind = (typeof NULL_KINDS)[number];
