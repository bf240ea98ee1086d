import type { SquareMatrix } from '../../../../src/core/base/matrix';
import { Random } from '../../../../src/core/base/random';
import {
  paintExamples,
  type ReducedMatrix,
  reduceExample,
} from '../../../../src/core/render/study/example-pictures';
import type { ExampleMatrix } from '../../../../src/core/render/study/example-matrices';
import { examplesOf } from '../../../../src/core/study/examples';
import type { StudyData } from '../../../../src/core/study/study-data';

/** Association of units that go together within their clusters, and with all others a little. */
function blocks(labels: ArrayLike<number>, strength: number, random: Random): SquareMatrix {
  const size = labels.length;
  const data = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const same = labels[i]! >= 0 && labels[i] === labels[j];
      const dead = labels[i]! < 0 || labels[j]! < 0;
      const value = i === j ? 1 : dead ? 0 : Math.abs((same ? strength : 0.15) + 0.12 * random.normal());
      data[i * size + j] = value;
      data[j * size + i] = value;
    }
  }
  return { size, data };
}

/** Pictures of matrices that a study's examples might have. */
export function syntheticExamples(data: StudyData): ExampleMatrix[] {
  const random = new Random(3);
  const entries = data.checkpoints.map(({ run, values }) => ({
    run,
    hyperParameters: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, { value, source: 'name' }]),
    ),
  }));
  // Of an entry, examples are chosen by its run and hyper-parameters.
  const manifest = { checkpoints: entries, grouping: data.grouping } as unknown as Parameters<
    typeof examplesOf
  >[0];
  const reduced: ReducedMatrix[] = [];
  for (const [at, { index }] of examplesOf(manifest).entries()) {
    for (const layer of data.checkpoints[index]?.layers.filter(({ isCombined }) => !isCombined) ?? []) {
      const sources = data.measures.flatMap((measure) => {
        const found = layer.methods[measure];
        if (found === undefined) return [];
        const matrix = blocks(found.labels, 0.2 + 2 * (found.q ?? 0), random);
        return [
          {
            measure,
            labels: found.labels,
            source: { checkpoint: index, layer: layer.name, measure, matrix },
          },
        ];
      });
      for (const { measure, labels, source } of sources) {
        const orders = at === 0 ? sources : [{ measure, labels, source }];
        if (at === 0) reduced.push(reduceExample(source, null));
        for (const order of orders)
          reduced.push(
            reduceExample(source, { measure: order.measure, labels: order.labels, by: order.source.matrix }),
          );
      }
    }
  }
  return paintExamples(reduced, 'viridis');
}
