import type { LayerReport, MethodReport } from '../analysis/report';
import { drawCell } from './cell';
import { COLOUR_BAR_WIDTH, colourBar } from './colour-bar';
import { HEADER_HEIGHT, inOrder, methodAxis, methodHeader } from './methods';
import type { PaletteName } from './palette';
import { linearScale, niceStep } from './scale';
import { BODY_Y, MARGIN, MUTED, picture, text } from './svg';
import { plural, shorten } from './text';

const CELL_WIDTH = 76;
/** Two lines a layer; one where there are many. */
const TALL = 44;
const FLAT = 24;
const MANY_LAYERS = 16;

/** Modularity Q of every layer by every method; null where no layer has any. */
export function modularityFigure(layers: readonly LayerReport[], palette: PaletteName): string | null {
  const methods = inOrder(layers.flatMap((layer) => Object.keys(layer.methods)));
  if (methods.length === 0) return null;
  const qs = layers.flatMap((layer) => Object.values(layer.methods).flatMap(({ q }) => q ?? []));
  const scale = qScale(qs);

  const tall = layers.length <= MANY_LAYERS;
  const rowHeight = tall ? TALL : FLAT;
  const names = layers.map((layer) => shorten(layer.name, 24));
  const left = MARGIN + Math.max(84, ...names.map((name) => name.length * 7.4)) + 10;
  const top = BODY_Y + HEADER_HEIGHT;
  const axis = methodAxis(methods, CELL_WIDTH);
  const height = layers.length * rowHeight;
  const barX = left + axis.length + 22;

  return picture(
    {
      width: barX + COLOUR_BAR_WIDTH + MARGIN - 8,
      // A bar of one row would have no room for its ticks.
      height: top + Math.max(height, 88) + MARGIN,
      title: 'Modularity by layer and measure',
      subtitle: tall ? `Q of the best clusters found, and ${second(layers)}` : 'Q of the best clusters found',
      description: `Heatmap of modularity Q: ${plural(layers.length, 'layer')} by ${plural(methods.length, 'measure')}.`,
    },
    methodHeader(axis, left, top),
    ...layers.map((layer, row) => {
      const y = top + row * rowHeight;
      const middle = y + rowHeight / 2;
      const units = text(left - 10, middle + 13, plural(layer.units, 'unit'), {
        'text-anchor': 'end',
        'font-size': 10,
        fill: MUTED,
      });
      const cells = axis.slots.map(({ method, offset }) => {
        const result = layer.methods[method];
        return drawCell(
          {
            x: left + offset,
            y,
            width: axis.cell,
            height: rowHeight,
            value: result?.q ?? null,
            lines: cellLines(result, tall),
            tip: `${layer.name}, ${method}: ${describe(result)}`,
          },
          scale,
          palette,
        );
      });
      const name = text(left - 10, middle + (tall ? -2 : 4), names[row] ?? '', {
        'text-anchor': 'end',
        'font-weight': 600,
      });
      return name + (tall ? units : '') + cells.join('');
    }),
    colourBar(barX, top, Math.max(height, 88), scale, palette, 'Q'),
  );
}

/** From 0, or from the least Q where that is negative, to a round number above the greatest. */
function qScale(qs: readonly number[]): ReturnType<typeof linearScale> {
  const highest = Math.max(0.05, ...qs);
  const step = niceStep(highest / 6);
  const lowest = Math.min(0, ...qs);
  return linearScale(Math.floor(lowest / step) * step, Math.ceil(highest / step) * step);
}

/** Q, then z where there is a null model, which says more than the number of clusters. */
function cellLines(result: MethodReport | undefined, tall: boolean): string[] {
  if (result === undefined || result.q === null) return ['–'];
  const z = zOf(result);
  return [
    result.q.toFixed(3),
    ...(tall ? [z === null ? plural(result.count, 'cluster') : `z ${z.toFixed(1)}`] : []),
  ];
}

function second(layers: readonly LayerReport[]): string {
  return layers.some((layer) => Object.values(layer.methods).some((result) => zOf(result) !== null))
    ? 'z, its distance from the null model in standard deviations'
    : 'the number of clusters';
}

const zOf = (result: MethodReport): number | null => result.null?.z ?? null;

function describe(result: MethodReport | undefined): string {
  if (result === undefined) return 'not computed';
  if (result.q === null) return 'no live units, nothing to cluster';
  return `Q = ${result.q}, ${plural(result.count, 'cluster')}`;
}
