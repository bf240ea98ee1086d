import type { Measure as Method } from '../../src/core/measures';
import type { LayerReport } from '../../src/core/report';
import { agreementCard } from '../../src/core/report/agreement-card';
import { associationCard } from '../../src/core/report/association-card';
import { modularityCard } from '../../src/core/report/modularity-card';
import { shorten } from '../../src/core/report/text';
import { methodsOf } from './data/methods';
import { agreementTable } from './data/metrics';
import { modularityScale, modularityTable, shownValue } from './data/modularity';
import { captionOf, numbersOf, sizeOf, subtitleOf } from './data/modularity-text';
import { pictureScale } from './data/picture-scale';
import { segmentsOf } from './data/segments';
import { imageOf } from './image';
import { partOf } from './matrix/camera';
import type { ShownMatrix, State, ViewName } from './state';
import { words } from './strings';

/** What a view shows as a picture by itself, SVG: the report's light card, with axes, legend and title. null: nothing. */
export function draw(view: ViewName, state: State): string | null {
  if (view === 'modularity') return drawModularity(state);
  const { report, selection, matrix } = state;
  const shown = view === 'association' && matrix.state === 'ready' ? matrix.value : null;
  const name = shown?.layer ?? selection.layer;
  const layer = report.state === 'ready' ? report.value.layers.find((one) => one.name === name) : undefined;
  if (layer === undefined) return null;
  if (view === 'agreement') return drawAgreement(layer, state);
  return shown === null ? null : drawAssociation(layer, shown, state);
}

function drawModularity(state: State): string | null {
  const table = modularityTable(state);
  if (table === null || table.methods.length === 0) return null;
  const { measure } = state.view;
  const subtitle = subtitleOf(table, measure);
  return modularityCard(
    {
      subtitle,
      caption: captionOf(measure),
      description: subtitle.large,
      methods: table.methods,
      layers: table.rows.map((row) => ({ name: row.layer, size: row.size === null ? '' : sizeOf(row.size) })),
      scale: modularityScale(table, measure),
      cellOf: (row, method) => {
        const cell = table.rows[row]?.cells.get(method);
        const value = cell === undefined ? null : shownValue(cell, measure);
        const { large, small, more } = numbersOf(cell, measure);
        return { value, large, small, tip: more === '' ? large : `${large}, ${more}` };
      },
    },
    state.selection.palette,
  );
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

function drawAssociation(
  layer: LayerReport,
  { method, picture }: ShownMatrix,
  { selection, view }: State,
): string {
  const part = partOf(view.camera, picture.units);
  return associationCard(
    {
      layer: layer.name,
      method,
      q: layer.methods[method as Method]?.q ?? null, // undefined for a name that is none
      units: picture.units,
      segments: segmentsOf(picture),
      part,
      image: imageOf(picture, part, view.cluster, selection.palette),
      scale: pictureScale(picture),
    },
    selection.palette,
  );
}
