import {
  symbol,
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  type SymbolType,
  symbolWye,
} from 'd3-shape';
import { familyOf, isNormalised, type Measure, rawOf, type RawMeasure } from '../../measures';
import { element, tooltip } from '../svg';

/** How the marks of one series look: told apart by colour, and by form where colours cannot be seen. */
export interface SeriesStyle {
  readonly colour: string;
  /** Of the line; undefined: drawn through. */
  readonly dash: string | undefined;
  readonly symbol: SymbolType;
  /** Outlined, not filled. */
  readonly isHollow: boolean;
}

// All have a contrast of 3 : 1 and more with a white page and with a dark one. Upstream is blue, downstream orange: the two hues
// that every colour vision tells apart.
const MEASURE_COLOURS: Readonly<Record<RawMeasure, string>> = {
  forward_cov: '#0072b2',
  forward_jac: '#2f97cf',
  backward_jac: '#c14f00',
  backward_hess: '#c78500',
};
const MEASURE_SYMBOLS: Readonly<Record<RawMeasure, SymbolType>> = {
  forward_cov: symbolCircle,
  forward_jac: symbolSquare,
  backward_jac: symbolTriangle,
  backward_hess: symbolDiamond,
};
/** Of a normalised form beside the raw one. */
const DASH = '4 2.5';

export function measureStyle(measure: Measure): SeriesStyle {
  const raw = rawOf(measure);
  const normalised = isNormalised(measure);
  return {
    colour: MEASURE_COLOURS[raw],
    dash: normalised ? DASH : undefined,
    symbol: MEASURE_SYMBOLS[raw],
    isHollow: normalised,
  };
}

export const familyColour = (measure: Measure): string =>
  familyOf(measure) === 'upstream' ? MEASURE_COLOURS.forward_cov : MEASURE_COLOURS.backward_jac;

const FACTOR_COLOURS = ['#8a63c9', '#12876f', '#c4528d', '#6b7680', '#8a6d1f'];
const SYMBOLS = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolStar, symbolWye];

/** @param index which of the study's hyper-parameters */
export function factorStyle(index: number): SeriesStyle {
  return {
    colour: FACTOR_COLOURS[index % FACTOR_COLOURS.length]!,
    dash: undefined,
    symbol: SYMBOLS[index % SYMBOLS.length]!,
    isHollow: false,
  };
}

/** From the first layer to the last. */
const DEPTH_COLOURS = [
  [0x3a, 0x55, 0xc8],
  [0x1a, 0x93, 0xa6],
  [0xd0, 0x84, 0x00],
];

/**
 * @param index of a layer in network order
 * @param count how many there are, the combined one apart, which is grey
 */
export function layerStyle(index: number, count: number): SeriesStyle {
  if (index >= count) return { colour: '#6b7680', dash: DASH, symbol: symbolStar, isHollow: true };
  const at = count < 2 ? 0 : (index / (count - 1)) * (DEPTH_COLOURS.length - 1);
  const from = Math.min(DEPTH_COLOURS.length - 2, Math.floor(at));
  const [low = [], high = []] = DEPTH_COLOURS.slice(from);
  const bytes = low.map((byte, channel) => Math.round(byte + (at - from) * (high[channel]! - byte)));
  return {
    colour: `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
    dash: undefined,
    symbol: SYMBOLS[index % SYMBOLS.length]!,
    isHollow: false,
  };
}

/** Square pixels of a marker. */
const AREA = 30;

/** A series' marker around a point. @param tip shown on hovering */
export function marker(style: SeriesStyle, x: number, y: number, tip?: string): string {
  const d = symbol(style.symbol, AREA).digits(1)() ?? '';
  const paint = style.isHollow
    ? { fill: '#ffffff', stroke: style.colour, 'stroke-width': 1.3 }
    : { fill: style.colour };
  const transform = `translate(${x.toFixed(1)},${y.toFixed(1)})`;
  return element('path', { d, transform, ...paint }, ...(tip === undefined ? [] : [tooltip(tip)]));
}
