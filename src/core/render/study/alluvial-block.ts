import { plural, readable } from '../../base/text';
import type { Followed, FollowedCluster } from '../../study/trajectory/follow';
import type { TimeAxis, TimedPartition } from '../../study/trajectory/trajectories';
import { CARD, element, INK, line, MUTED, rectangle, text, tooltip } from '../svg';
import { NODE_WIDTH, placeAlluvial, type PlacedFlow, type PlacedNode } from './alluvial-layout';
import type { Alluvial } from './alluvial-order';
import type { Drawn } from './plot-panel';

const HEIGHT = 280;
/** From one column to the next. */
const STEP = { least: 78, most: 150, total: 860 };

/** The clusters of a layer along one run. */
export interface AlluvialBlock {
  readonly followed: Followed;
  readonly partitions: readonly TimedPartition[];
  /** From each checkpoint to the next. */
  readonly persistence: readonly (number | null)[];
  readonly axis: TimeAxis;
}

/** Above the columns, and below them. */
const HEAD = 30;
const TICKS = 18;

/**
 * A column per checkpoint, a node per cluster, as high as it has units, and ribbons for the units that go from one to another. A
 * cluster that continues keeps its colour and letter; those that are born, split off or merged are marked.
 */
export function drawAlluvial(
  { followed, partitions, persistence, axis }: AlluvialBlock,
  left: number,
  top: number,
): Drawn {
  const steps = partitions.length - 1;
  const step = Math.min(STEP.most, Math.max(STEP.least, STEP.total / steps));
  const width = steps * step + NODE_WIDTH;
  const alluvial = alluvialOf(followed);
  const { nodes, flows } = placeAlluvial(alluvial, width, HEIGHT);
  const colours = coloursOf(alluvial);
  const middle = (column: number): number => left + column * step + NODE_WIDTH / 2;
  const bottom = top + HEAD + HEIGHT;
  const marks = marksOf(followed);
  const legend = drawMarkLegend(marks, left, bottom + TICKS + 40);
  return {
    svg: [
      element(
        'g',
        { transform: `translate(${left},${top + HEAD})`, fill: 'none' },
        ...flows.map((flow) => drawFlow(flow, alluvial, colours, partitions)),
      ),
      ...nodes.map((node) => drawNode(node, left, top + HEAD, followed, colours)),
      ...nodes.flatMap((node) => drawMarks(node, left, top + HEAD, marks)),
      ...persistence.map((share, i) =>
        text((middle(i) + middle(i + 1)) / 2, top + 18, share === null ? '–' : percent(share), {
          'text-anchor': 'middle',
          'font-size': 10,
          fill: MUTED,
        }),
      ),
      ...partitions.map(({ time }, i) =>
        text(middle(i), bottom + TICKS, readable(time, 6), { 'text-anchor': 'middle', 'font-size': 10 }),
      ),
      text(left + width / 2, bottom + TICKS + 18, isEven(partitions) ? axis : `${axis} (not to scale)`, {
        'text-anchor': 'middle',
      }),
      legend,
    ].join(''),
    width,
    height: HEAD + HEIGHT + TICKS + 46,
  };
}

/** Nodes in the order of the contingency tables: clusters by label, then the dead. */
function alluvialOf({ partitions, steps }: Followed): Alluvial {
  return {
    columns: partitions.map(({ clusters, dead }) => [
      ...clusters.map(({ units, track }) => ({ units, track })),
      ...(dead > 0 ? [{ units: dead, track: null }] : []),
    ]),
    flows: steps.map(({ overlap: { rows, columns, counts } }) =>
      [...counts].flatMap((units, cell) => {
        const from = Math.floor(cell / columns.length);
        return units === 0 || from >= rows.length ? [] : [{ from, to: cell % columns.length, units }];
      }),
    ),
  };
}

/** All have a contrast of 3 : 1 and more with a white page and with a dark one; letters tell clusters apart besides. */
const TRACK_COLOURS = [
  '#0072b2',
  '#c14f00',
  '#12876f',
  '#7a4fb8',
  '#b8870b',
  '#c4528d',
  '#4b7f1f',
  '#2f97cf',
];

/** Track → colour: clusters that are there at one time have different ones, as far as there are enough. */
function coloursOf({ columns }: Alluvial): string[] {
  const colours: string[] = [];
  for (const nodes of columns) {
    const taken = new Set(nodes.flatMap(({ track }) => (track === null ? [] : (colours[track] ?? []))));
    for (const { track } of nodes) {
      if (track === null || colours[track] !== undefined) continue;
      const free = TRACK_COLOURS.filter((colour) => !taken.has(colour));
      // The one that was given least recently, so that a new cluster does not look like one that has just ended.
      const age = (colour: string): number => colours.lastIndexOf(colour);
      const [colour = TRACK_COLOURS[track % TRACK_COLOURS.length]!] = free.sort((a, b) => age(a) - age(b));
      colours[track] = colour;
      taken.add(colour);
    }
  }
  return colours;
}

function drawFlow(
  { column, from, to, x: [x0, x1], y: [y0, y1], units, width }: PlacedFlow,
  { columns }: Alluvial,
  colours: readonly string[],
  partitions: readonly TimedPartition[],
): string {
  const [source, target] = [columns[column]![from]!.track, columns[column + 1]![to]!.track];
  const isStaying = source === target;
  const half = (x0 + x1) / 2;
  const [p, q, r, s, t] = [x0, y0, half, y1, x1].map((value) => value.toFixed(1));
  const times = `${readable(partitions[column]!.time, 6)} to ${readable(partitions[column + 1]!.time, 6)}`;
  return element(
    'path',
    {
      d: `M${p},${q}C${r},${q} ${r},${s} ${t},${s}`,
      stroke: source === null ? MUTED : colours[source]!,
      'stroke-width': width,
      'stroke-opacity': isStaying ? 0.5 : 0.22,
    },
    tooltip(`${plural(units, 'unit')}, ${nameOf(source)} → ${nameOf(target)}, ${times}`),
  );
}

const nameOf = (track: number | null): string => (track === null ? 'dead' : `cluster ${letterOf(track)}`);

/** A, B, … Z, AA, AB, … */
function letterOf(track: number): string {
  const rest = Math.floor(track / 26) - 1;
  return `${rest < 0 ? '' : letterOf(rest)}${String.fromCharCode(65 + (track % 26))}`;
}

/** Lower, a node has no room for its letter. */
const LETTER_HEIGHT = 12;

function drawNode(
  { column, node, x, y, height }: PlacedNode,
  left: number,
  top: number,
  { partitions }: Followed,
  colours: readonly string[],
): string {
  const { clusters, dead } = partitions[column]!;
  const cluster = clusters[node];
  const track = cluster?.track ?? null;
  const words = `${nameOf(track)}, ${plural(cluster?.units ?? dead, 'unit')}`;
  return element(
    'g',
    {},
    tooltip(words),
    rectangle(left + x, top + y, NODE_WIDTH, height, {
      fill: track === null ? MUTED : colours[track]!,
      stroke: CARD,
    }),
    track === null || height < LETTER_HEIGHT
      ? ''
      : text(left + x + NODE_WIDTH / 2, top + y + height / 2 + 4, letterOf(track), {
          'text-anchor': 'middle',
          'font-weight': 600,
          fill: CARD,
        }),
  );
}

/** What may be told of a cluster's beginning and end, in the order of the legend. */
const MARKS = [
  ['born', '+', 'born of units of several'],
  ['split', '⋎', 'split off'],
  ['merger', '⋏', 'others merged into it'],
  ['died', '×', 'ends: its units scatter or die'],
] as const;
type Mark = (typeof MARKS)[number][0];

/** Of each node of each column. */
function marksOf({ partitions }: Followed): Mark[][][] {
  const of = ({ origin, isMerger, end }: FollowedCluster): Mark[] => [
    ...(origin === 'born' || origin === 'split' ? [origin] : []),
    ...(isMerger ? (['merger'] as const) : []),
    ...(end === 'died' ? (['died'] as const) : []),
  ];
  return partitions.map(({ clusters }) => clusters.map(of));
}

/** Those of a beginning to the left of the node, the end to its right. */
function drawMarks(
  { column, node, x, y, height }: PlacedNode,
  left: number,
  top: number,
  marks: readonly (readonly (readonly Mark[])[])[],
): string[] {
  const middle = top + y + height / 2;
  return (marks[column]?.[node] ?? []).map((mark) =>
    drawMark(mark, mark === 'died' ? left + x + NODE_WIDTH + 8 : left + x - 8, middle),
  );
}

function drawMark(mark: Mark, x: number, y: number): string {
  const [, sign, words] = MARKS.find(([name]) => name === mark) ?? MARKS[0];
  return element(
    'g',
    {},
    tooltip(words),
    element('circle', { cx: x, cy: y, r: 6.5, fill: CARD, stroke: INK, 'stroke-width': 0.8 }),
    signPath(sign, x, y),
  );
}

/** Drawn and not written: fonts differ in what signs they have. */
function signPath(sign: string, x: number, y: number): string {
  const stroke = { stroke: INK, 'stroke-width': 1.3 };
  const d = 3.2;
  switch (sign) {
    case '+':
      return line(x - d, y, x + d, y, stroke) + line(x, y - d, x, y + d, stroke);
    case '×':
      return line(x - d, y - d, x + d, y + d, stroke) + line(x - d, y + d, x + d, y - d, stroke);
    case '⋎':
      return line(x - d, y, x + d, y - d, stroke) + line(x - d, y, x + d, y + d, stroke);
    default:
      return line(x - d, y - d, x + d, y, stroke) + line(x - d, y + d, x + d, y, stroke);
  }
}

/** The marks that occur, and how often. */
function drawMarkLegend(marks: readonly (readonly (readonly Mark[])[])[], left: number, y: number): string {
  const all = marks.flat(2);
  let x = left + 8;
  return MARKS.flatMap(([mark, , words]) => {
    const count = all.filter((one) => one === mark).length;
    if (count === 0) return [];
    const label = `${words} (${count})`;
    const drawn = drawMark(mark, x, y) + text(x + 12, y + 4, label, { 'font-size': 10 });
    x += 30 + label.length * 5.6;
    return [drawn];
  }).join('');
}

/** Whether equal distances between columns are equal times. */
function isEven(partitions: readonly TimedPartition[]): boolean {
  const gaps = partitions.slice(1).map(({ time }, i) => time - partitions[i]!.time);
  return gaps.every((gap) => Math.abs(gap - gaps[0]!) < 1e-9 * Math.abs(gap));
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
