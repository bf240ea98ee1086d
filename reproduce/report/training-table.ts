import { readable } from '../../src/core/base/text';
import { markdownTable } from '../../src/core/render/markdown';
import { meanOf } from '../../src/core/study/curves';
import type { NetworkNotes } from '../network-file';
import { type Condition, settingName } from '../recipe';

/** What was trained: a condition, and what came of it. */
export interface TrainedRow {
  readonly condition: Condition;
  readonly notes: NetworkNotes;
}

/** Epochs, loss, norms and accuracy of every setting: means over its runs, and the range of the epochs. */
export function trainingTable(networks: readonly TrainedRow[]): string {
  const settings = new Map<string, TrainedRow[]>();
  for (const network of networks) {
    const name = settingName(network.condition);
    settings.set(name, [...(settings.get(name) ?? []), network]);
  }
  const rows = [...settings].map(([name, runs]) => {
    const values = (of: (notes: NetworkNotes) => number): number[] => runs.map(({ notes }) => of(notes));
    const epochs = values(({ epoch }) => epoch);
    const fall = values((notes) => 1 - notes.objective_loss / notes.objective_loss_before);
    return [
      name,
      `${runs.length}`,
      `${Math.round(meanOf(epochs))} (${Math.min(...epochs)}–${Math.max(...epochs)})`,
      readable(meanOf(values((notes) => notes.objective_loss))),
      percent(meanOf(fall)),
      meanOf(values((notes) => notes.l2_norm)).toFixed(0),
      meanOf(values((notes) => notes.l1_norm)).toFixed(0),
      percent(meanOf(values((notes) => notes.train_accuracy))),
      percent(meanOf(values((notes) => notes.test_accuracy))),
    ];
  });
  return markdownTable([
    [
      ...['Setting', 'n', 'Epochs (range)', 'Training loss', 'Fell by', 'Σw²', 'Σ\\|w\\|'],
      ...['Accuracy, training', 'Accuracy, test'],
    ],
    ...rows,
  ]);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`.replace('-', '−');
}
