import type { Agreement, LayerReport, Method } from '../analysis/report';
import { drawCell } from './cell';
import { COLOUR_BAR_WIDTH, colourBar } from './heat';
import { HEADER_HEIGHT, inOrder, methodAxis, methodHeader } from './methods';
import type { PaletteName } from './palette';
import { linearScale } from './scale';
import { BODY_Y, MARGIN, picture, text } from './svg';
import { shorten } from './text';

/** What the report draws of the metrics. */
export type AgreementMetric = 'element_sim' | 'rsa';

const EXPLAINED: Readonly<Record<AgreementMetric, string>> = {
  element_sim: 'Do two measures put units in the same clusters? 1: the same',
  rsa: 'Do two measures rank pairs of units alike? 1: the same order',
};

const CELL = 48;
const LABELS = 128;

/** Agreement of every method with every other, families set apart; null where the metric was not computed. */
export function agreementFigure(
  layer: LayerReport,
  metric: AgreementMetric,
  palette: PaletteName,
): string | null {
  const known = layer.agreement.filter((pair) => pair[metric] !== null);
  const methods = inOrder(known.flatMap(({ a, b }) => [a, b]));
  if (methods.length === 0) return null;
  const lowest = Math.min(0, ...known.map((pair) => pair[metric] ?? 0));
  const scale = linearScale(Math.floor(lowest * 5) / 5, 1);

  const axis = methodAxis(methods, CELL);
  // As tall as without the widening that headers may need.
  const rows = methodAxis(methods, CELL);
  const left = MARGIN + LABELS;
  const top = BODY_Y + HEADER_HEIGHT;
  const barX = left + axis.length + 20;
  const valueOf = lookup(known, metric);

  return picture(
    {
      width: barX + COLOUR_BAR_WIDTH + MARGIN - 8,
      height: top + rows.length + MARGIN,
      title: `${shorten(layer.name, 36)} · ${metric}`,
      subtitle: EXPLAINED[metric],
      description: `Agreement (${metric}) of ${methods.length} measures with each other.`,
    },
    methodHeader(axis, left, top),
    ...rows.slots.map(({ method: a, offset }) => {
      const y = top + offset;
      const cells = axis.slots.map((column) => {
        const value = a === column.method ? null : valueOf(a, column.method);
        return drawCell(
          {
            x: left + column.offset,
            y,
            width: axis.cell,
            height: rows.cell,
            value,
            lines: a === column.method ? [] : [value?.toFixed(2) ?? '–'],
            tip: `${a} and ${column.method}: ${value ?? (a === column.method ? 'the same measure' : 'not defined')}`,
          },
          scale,
          palette,
        );
      });
      return text(left - 10, y + rows.cell / 2 + 4, a, { 'text-anchor': 'end' }) + cells.join('');
    }),
    colourBar(barX, top, rows.length, scale, palette, metric === 'rsa' ? 'rsa' : 'similarity'),
  );
}

/** The metric is symmetric; a pair is listed once, either way round. */
function lookup(
  pairs: readonly Agreement[],
  metric: AgreementMetric,
): (a: Method, b: Method) => number | null {
  const values = new Map(
    pairs.flatMap((pair) => [
      [`${pair.a} ${pair.b}`, pair[metric]],
      [`${pair.b} ${pair.a}`, pair[metric]],
    ]),
  );
  return (a, b) => values.get(`${a} ${b}`) ?? null;
}
