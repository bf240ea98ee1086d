import type { LayerReport, Method, Report } from '../../src/core/analysis/report';
import { agreementCard } from '../../src/core/report/agreement-card';
import { associationCard } from '../../src/core/report/association-card';
import { modularityFigure } from '../../src/core/report/modularity-figure';
import { shorten } from '../../src/core/report/text';
import type { MatrixPicture } from '../../src/protocol';
import { announce } from './announce';
import { tsv } from './data/format';
import { methodsOf } from './data/methods';
import { agreementTable } from './data/metrics';
import { pictureScale } from './data/picture-scale';
import { segmentsOf } from './data/segments';
import { imageOf, pngOf } from './image';
import type { Panel } from './panel';
import type { State, ViewName } from './state';
import { words } from './strings';
import type { Rows } from './view/plain-table';

/** Copies and saves what the views show. The pictures are those of the report: a light card with axes, legend and title. */
export class Exports {
  constructor(readonly panel: Panel) {}

  copy(rows: Rows): void {
    void this.panel.host.call('copy', { text: tsv(rows) }).then(() => {
      announce(words.copied);
    });
  }

  save(view: ViewName, kind: 'png' | 'svg'): void {
    const { state } = this.panel.store;
    const { layer: name, method } = state.selection;
    if (state.report.state !== 'ready') return;
    const svg = draw(view, state, state.report.value);
    if (svg === null) return;
    const parts = { modularity: [view], association: [name, method], agreement: [view, name] }[view];
    void this.#save(parts.filter((part) => part !== null).join('.'), kind, svg);
  }

  /** @param svg what is saved, or what becomes a PNG's address */
  async #save(name: string, kind: 'png' | 'svg', svg: string): Promise<void> {
    const data = kind === 'svg' ? svg : await pngOf(svg);
    await this.panel.host.call('save', { name: `${name}.${kind}`, kind, data });
  }
}

function draw(view: ViewName, state: State, { layers }: Report): string | null {
  const { selection, picture } = state;
  if (view === 'modularity') return modularityFigure(layers, selection.palette);
  const layer = layers.find(({ name }) => name === selection.layer);
  if (layer === undefined) return null;
  if (view === 'agreement') return drawAgreement(layer, state);
  return picture.state === 'ready' ? drawAssociation(layer, picture.value, state) : null;
}

function drawAgreement(layer: LayerReport, { selection }: State): string | null {
  const methods = methodsOf([layer]);
  if (methods.length === 0) return null;
  const { metric, relative, scale, valueOf } = agreementTable(layer, selection.metric, selection.relative);
  return agreementCard(
    {
      title: `${shorten(layer.name, 36)} · ${metric.id}`,
      subtitle: relative ? words.agreement.relative : words.agreement.grid,
      metric: metric.id,
      caption: metric.id,
      methods,
      scale,
      valueOf,
    },
    selection.palette,
  );
}

function drawAssociation(layer: LayerReport, picture: MatrixPicture, { selection }: State): string {
  const method = selection.method ?? '';
  return associationCard(
    {
      layer: layer.name,
      method,
      q: layer.methods[method as Method]?.q ?? null, // undefined for a name that is none
      units: picture.units,
      segments: segmentsOf(picture),
      image: imageOf(picture, selection.palette),
      scale: pictureScale(picture),
    },
    selection.palette,
  );
}
