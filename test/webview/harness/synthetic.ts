import { MEASURES } from '../../../src/core/measures';
import type { Report } from '../../../src/core/report';
import type { MatrixPicture } from '../../../src/matrix-messages';
import type { PanelMethods } from '../../../src/protocol';
import { exampleAgreement, exampleMethod, exampleReport } from '../../core/render/example';

/** Runs in the page: a result of one layer with thousands of units, too large to hand in from outside. */

const CLUSTERS = 12;

function syntheticPicture(units: number, salt: number): MatrixPicture {
  const clusters = Int32Array.from({ length: units }, (_, i) => Math.floor((i * CLUSTERS) / units));
  const bytes = new Uint8Array(units * units);
  let noise = salt + 1;
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < units; j++) {
      noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
      bytes[i * units + j] = i === j ? 255 : (clusters[i] === clusters[j] ? 90 : 10) + (noise >>> 25);
    }
  }
  const levels = [{ size: units, bytes }];
  for (let { size, bytes: from } = { size: units, bytes }; size > 1;) {
    const half = Math.ceil(size / 2);
    const to = new Uint8Array(half * half);
    for (let i = 0; i < half; i++)
      for (let j = 0; j < half; j++) to[i * half + j] = from[2 * i * size + Math.min(size - 1, 2 * j + 1)]!;
    levels.push({ size: half, bytes: to });
    [size, from] = [half, to];
  }
  return { units, order: clusters.map((_, i) => i), clusters, low: 0, high: 2, scale: 'linear', levels };
}

/** As the analysis host answers; what is moved is added up. */
function narrowed(
  pictures: readonly MatrixPicture[],
  { method, widest }: PanelMethods['picture']['input'],
): MatrixPicture {
  const picture = pictures[MEASURES.findIndex((one) => one === method)]!;
  const levels = picture.levels.filter(({ size }) => widest === null || size <= widest);
  window.moved = levels.reduce((sum, { bytes }) => sum + bytes.byteLength, window.moved ?? 0);
  return { ...picture, levels };
}

declare global {
  interface Window {
    /** Bytes of pictures that the page was given. */
    moved?: number;
  }
}

/** Answers everything by itself; pictures are made beforehand, as a worker would. */
function prepare(units: number): void {
  const clusters = Array.from({ length: units }, (_, i) => Math.floor((i * CLUSTERS) / units));
  const result = exampleMethod(units, { clusters, count: CLUSTERS });
  const report: Report = {
    ...exampleReport(),
    layers: [
      {
        name: 'fc',
        kind: 'dense',
        units,
        shape: [units],
        methods: Object.fromEntries(MEASURES.map((measure) => [measure, result])),
        agreement: MEASURES.flatMap((a, i) => MEASURES.slice(i + 1).map((b) => exampleAgreement(a, b))),
      },
    ],
  };
  const pictures = MEASURES.map((_, i) => syntheticPicture(units, i));
  window.answers = (name, input) => {
    switch (name as keyof PanelMethods) {
      case 'results':
        return [
          { id: 'large', name: 'large.ckpt', path: '/large.ckpt', state: 'done', message: null, about: null },
        ];
      case 'report':
        return report;
      case 'picture':
        return narrowed(pictures, input as PanelMethods['picture']['input']); // as the page asks
      case 'values':
        return new Float64Array([0.5]);
      default:
        return undefined;
    }
  };
}

Object.assign(window, { prepare });
