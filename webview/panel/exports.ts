import { shorten } from '../../src/core/base/text';
import { agreementCard } from '../../src/core/render/agreement-figure';
import { associationCard, type MatrixPart } from '../../src/core/render/association-card';
import type { PaletteName } from '../../src/core/render/colours';
import { modularityCard } from '../../src/core/render/modularity-figure';
import { MISSING } from '../../src/core/render/svg';
import type { LayerReport } from '../../src/core/report';
import type { MatrixPicture } from '../../src/matrix-messages';
import { full, type Rows, tsv } from '../format';
import { announce } from '../page-base';
import type { Controller } from './controller';
import { measureReport, measuresOf } from './layer-measures';
import { partOf, whole } from './matrix/camera';
import { maskOfCluster, pictureScale, segmentsOf } from './matrix/matrix-picture';
import { colourTables, drawCells } from './matrix/raster';
import type { PanelState, ShownMatrix, ViewName } from './panel-state';
import { words } from './panel-words';
import { exactValues, valueRows } from './readout';
import { agreementTable } from './view/metrics';
import {
  cellNumbers,
  modularityScale,
  modularityTable,
  quantityName,
  quantityOf,
  sizeInWords,
  subtitleOf,
} from './view/modularity-table';

/** Rows and columns that a clipboard and a spreadsheet take well: a million values. */
const COPIED_AT_MOST = 1024;

/** Copies and saves what the views show. */
export class Exports {
  constructor(readonly controller: Controller) {}

  copy(rows: Rows | Promise<Rows>): void {
    this.controller.attempt(this.#copy(rows));
  }

  /** Copies the values of the matrix that are in view. */
  copyMatrix(): void {
    this.copy(this.#inView());
  }

  save(view: ViewName, kind: 'png' | 'svg'): void {
    this.controller.attempt(this.#save(view, kind));
  }

  async #copy(rows: Rows | Promise<Rows>): Promise<void> {
    await this.controller.extension.call('copy', { text: tsv(await rows) });
    announce(words.copied);
  }

  async #inView(): Promise<Rows> {
    const { matrix, view } = this.controller.store.state;
    if (matrix.state !== 'ready') return [];
    const { picture } = matrix.value;
    const part = partOf(view.camera, picture.units) ?? { row: 0, column: 0, span: picture.units };
    if (part.span > COPIED_AT_MOST) throw new Error(words.association.tooMany(part.span, COPIED_AT_MOST));
    return valueRows(matrix.value, part, await exactValues(this.controller, matrix.value, part), full);
  }

  async #save(view: ViewName, kind: 'png' | 'svg'): Promise<void> {
    const { state } = this.controller.store;
    const svg = draw(view, state);
    if (svg === null) throw new Error(words.nothingToSave);
    const { matrix, selection } = state;
    const { layer, measure } =
      matrix.state === 'ready' ? matrix.value : { layer: selection.layer, measure: selection.method };
    const parts = {
      modularity: [view, state.view.quantity],
      association: [layer, measure],
      agreement: [view, layer, selection.metric],
    }[view];
    const name = parts.filter((part) => part !== null).join('.');
    const data = kind === 'svg' ? svg : await svgToPng(svg);
    await this.controller.extension.call('save', { name: `${name}.${kind}`, kind, data });
  }
}

/** Draws a view as an SVG that stands by itself: the report's light card, with title, axes and legend. null: nothing. */
function draw(view: ViewName, state: PanelState): string | null {
  if (view === 'modularity') return drawModularity(state);
  const { report, selection, matrix } = state;
  const shown = view === 'association' && matrix.state === 'ready' ? matrix.value : null;
  const name = shown?.layer ?? selection.layer;
  const layer = report.state === 'ready' ? report.value.layers.find((one) => one.name === name) : undefined;
  if (layer === undefined) return null;
  if (view === 'agreement') return drawAgreement(layer, state);
  return shown === null ? null : drawAssociation(layer, shown, state);
}

function drawModularity(state: PanelState): string | null {
  const table = modularityTable(state);
  if (table === null || table.measures.length === 0) return null;
  const { quantity } = state.view;
  const subtitle = subtitleOf(table, quantity);
  return modularityCard(
    {
      subtitle,
      caption: quantityName(quantity),
      description: subtitle.large,
      methods: table.measures,
      layers: table.rows.map((row) => ({
        name: row.layer,
        size: row.size === null ? '' : sizeInWords(row.size),
      })),
      scale: modularityScale(table, quantity),
      cellOf: (row, measure) => {
        const cell = table.rows[row]?.cells.get(measure);
        const value = cell === undefined ? null : quantityOf(cell, quantity);
        const { large, small, more } = cellNumbers(cell, quantity);
        return { value, large, small, tip: more === '' ? large : `${large}, ${more}` };
      },
    },
    state.selection.palette,
  );
}

function drawAgreement(layer: LayerReport, { selection }: PanelState): string | null {
  const measures = measuresOf([layer]);
  if (measures.length === 0) return null;
  const { metric, relative, scale, valueOf } = agreementTable(layer, selection.metric, selection.relative);
  return agreementCard(
    {
      title: `${shorten(layer.name, 36)} · ${metric.id}`,
      subtitle: relative ? words.agreement.relative : words.agreement.grid,
      metric: metric.id,
      caption: metric.id,
      methods: measures,
      scale,
      valueOf,
    },
    selection.palette,
  );
}

function drawAssociation(
  layer: LayerReport,
  { measure, picture }: ShownMatrix,
  { selection, view }: PanelState,
): string {
  const part = partOf(view.camera, picture.units);
  return associationCard(
    {
      layer: layer.name,
      method: measure,
      q: measureReport(layer, measure)?.q ?? null,
      units: picture.units,
      segments: segmentsOf(picture),
      part,
      image: partToPng(picture, part, view.cluster, selection.palette),
      scale: pictureScale(picture),
    },
    selection.palette,
  );
}

/** Sides beyond which a pixel is the mean of several units. */
const IMAGE_SIDE = 1024;
/** Pixels of a PNG for one of its SVG, sharp on paper and on dense screens. */
const DENSITY = 3;

/**
 * A part of the matrix as the address of a PNG.
 * @param part null: all of it
 * @param cluster is highlighted; null: none is
 */
function partToPng(
  picture: MatrixPicture,
  part: MatrixPart | null,
  cluster: number | null,
  palette: PaletteName,
): string {
  const camera = part === null ? whole(picture.units) : { x: part.column, y: part.row, span: part.span };
  const side = Math.min(IMAGE_SIDE, camera.span);
  const colours = { background: '#fff', foreground: '#000', muted: '#000', accent: '#000', missing: MISSING };
  const image = new ImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  const mask = cluster === null ? null : maskOfCluster(picture, cluster);
  drawCells(pixels, side, picture, camera, colourTables(palette, colours), mask);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas.toDataURL('image/png');
}

/** An SVG as the address of a PNG. */
async function svgToPng(svg: string): Promise<string> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = DENSITY * image.naturalWidth;
    canvas.height = DENSITY * image.naturalHeight;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png');
  } finally {
    URL.revokeObjectURL(url);
  }
}
