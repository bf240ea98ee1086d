import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../src/core/file/png';
import { agreementFigure } from '../../../src/core/render/agreement-figure';
import { associationFigure } from '../../../src/core/render/association-figure';
import { colourAt, inkAt, linearScale, logScale } from '../../../src/core/render/colours';
import { modularityFigure } from '../../../src/core/render/modularity-figure';
import { orderByCluster, orderedCells } from '../../../src/core/render/order';
import type { LayerReport } from '../../../src/core/report';
import { exampleClusters, exampleLayer, exampleMatrix, exampleMethod, HOSTILE_NAMES } from './example';

const STYLE = { palette: 'viridis', scale: 'linear' } as const;

/** Well-formed as far as it matters here: tags close in order, text holds no markup, attributes are quoted. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-zA-Z]+)((?: [\w:-]+="[^"<>&]*(?:&#\d+;[^"<>&]*)*")*)(\/?)>/g,
    (...match) => {
      const [, closing, name, , empty] = match as string[];
      if (closing === '/') expect(open.pop()).toBe(name);
      else if (empty !== '/') open.push(name ?? '');
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest.replaceAll(/&#\d+;/g, '').trimEnd()).not.toMatch(/[<>&\p{C}]/u);
}

describe('figures', () => {
  const pictures = (layer: LayerReport) => [
    modularityFigure([layer], 'viridis'),
    associationFigure(
      layer.name,
      'forward_cov',
      exampleMethod(layer.units),
      exampleMatrix(layer.units),
      STYLE,
    ),
    agreementFigure(layer, 'element_sim', 'cividis'),
  ];

  it.each(HOSTILE_NAMES)('are well-formed for a layer called %j', (name) => {
    for (const svg of pictures(exampleLayer(name, 8))) {
      expectWellFormed(svg ?? '');
      expect(svg).not.toContain('<script');
      expect(svg?.length).toBeLessThan(40_000);
    }
  });

  it('hold no NaN without clusters, values or units', () => {
    const dead = exampleMethod(4, { q: null, clusters: [-1, -1, -1, -1], count: 0 });
    const layer = exampleLayer('fc', 4, { methods: { backward_hess_norm: dead } });
    const zeros = { size: 4, data: new Float64Array(16) };
    for (const svg of [
      modularityFigure([layer], 'viridis'),
      associationFigure('fc', 'backward_hess_norm', dead, zeros, STYLE),
      associationFigure('fc', 'backward_hess_norm', dead, zeros, { ...STYLE, scale: 'log' }),
    ]) {
      expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    }
    expect(modularityFigure([], 'viridis')).toBeNull();
    expect(agreementFigure({ ...layer, agreement: [] }, 'rsa', 'viridis')).toBeNull();
  });
});

describe('order', () => {
  it('puts clusters by label, the strongest unit first, dead units last', () => {
    const matrix = exampleMatrix(7);
    matrix.data[5 * 7 + 3] = 4;
    matrix.data[3 * 7 + 5] = 4;
    const { units, segments } = orderByCluster(matrix, exampleClusters(7));
    expect([...units]).toEqual([0, 4, 6, 3, 5, 1, 2]);
    expect(segments).toEqual([
      { label: 0, start: 0, size: 3 },
      { label: 1, start: 3, size: 3 },
      { label: -1, start: 6, size: 1 },
    ]);
  });

  it('averages blocks without the diagonal', () => {
    const data = Float64Array.from({ length: 16 }, (_, i) => i);
    const { side, values } = orderedCells({ size: 4, data }, Int32Array.of(0, 1, 2, 3), 2);
    expect(side).toBe(2);
    expect([...values]).toEqual([(1 + 4) / 2, (2 + 3 + 6 + 7) / 4, (8 + 9 + 12 + 13) / 4, (11 + 14) / 2]);
  });
});

describe('scales', () => {
  const labels = (scale: { ticks: readonly { label: string }[] }) => scale.ticks.map(({ label }) => label);

  it('have round ticks', () => {
    expect(labels(linearScale(0, 1))).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    expect(labels(linearScale(-0.2, 1))).toEqual(['−0.2', '0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    expect(linearScale(0, 4.3e-6).exponent).toBe(-6);
    expect(labels(linearScale(0, 4.3e-6))).toEqual(['0', '1', '2', '3', '4']);
    expect(labels(linearScale(0, 43210))).toEqual(['0', '1', '2', '3', '4']);
    expect(labels(logScale(3e-4, 0.5))).toEqual(['10⁻⁴', '10⁻³', '10⁻²', '10⁻¹', '10⁰']);
  });

  it('place values, and take the ends for what is outside', () => {
    expect([-1, 0, 5, 10, 11].map((value) => linearScale(0, 10).position(value))).toEqual([0, 0, 0.5, 1, 1]);
    expect([0, 1e-2, 1, 100, 1e3].map((value) => logScale(0.01, 100).position(value))).toEqual([
      0, 0, 0.5, 1, 1,
    ]);
  });
});

describe('palette', () => {
  it('runs from dark to light, and text on it can be read everywhere (WCAG AA)', () => {
    const luminance = (hex: string) => {
      const [r, g, b] = [1, 3, 5].map((at) => {
        const c = parseInt(hex.slice(at, at + 2), 16) / 255;
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      }) as [number, number, number];
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    for (const palette of ['viridis', 'cividis'] as const) {
      let worst = Infinity;
      for (let i = 0; i <= 255; i++) {
        const [a, b] = [luminance(colourAt(palette, i / 255)), luminance(inkAt(palette, i / 255))];
        worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
      }
      expect(worst, palette).toBeGreaterThanOrEqual(4.5);
    }
    expect([colourAt('viridis', 0), colourAt('viridis', 1)]).toEqual(['#440154', '#fde725']);
  });
});

describe('encodePng', () => {
  it('holds the pixels and the colours', () => {
    const png = encodePng(3, 2, Uint8Array.of(0, 1, 0, 1, 1, 0), Uint8Array.of(0, 0, 0, 255, 128, 0));
    const data = png.indexOf('IDAT');
    const length = png.readUInt32BE(data - 4);
    expect([...inflateSync(png.subarray(data + 4, data + 4 + length))]).toEqual([0, 0, 1, 0, 0, 1, 1, 0]);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3, 2]);
    // The end chunk is the same in every PNG, its checksum too.
    expect(png.subarray(-8).toString('hex')).toBe('49454e44ae426082');
  });
});
