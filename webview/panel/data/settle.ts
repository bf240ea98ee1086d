import type { Measure as Method } from '../../../src/core/measures';
import type { Report } from '../../../src/core/report';
import type { PanelSelection } from '../../../src/protocol';
import type { ViewState } from '../state';
import { inForm, isNormalised, methodsOf } from './methods';

/**
 * A selection of what the report has: the first layer and method where the selected ones are not in it, and a method of
 * the selected form. A method that was asked for by name sets the form.
 */
export function settle(selection: PanelSelection, { layers }: Report): PanelSelection {
  const layer = layers.find(({ name }) => name === selection.layer) ?? layers[0];
  if (layer === undefined) return { ...selection, layer: null, method: null };
  const methods = methodsOf([layer]);
  const method = methods.find((one) => one === selection.method) ?? preferred(methods, selection.form);
  return {
    ...selection,
    layer: layer.name,
    method: method ?? null,
    form: method !== undefined && isNormalised(method) ? 'norm' : 'raw',
  };
}

const preferred = (methods: readonly Method[], form: PanelSelection['form']): Method | undefined =>
  methods[0] === undefined ? undefined : inForm(methods[0], form, methods);

/**
 * What of the view means nothing any more: labels in another partition, pairs and places in another layer.
 * @param before what was selected; null: the view is as it was kept, and stays as far as the report has it
 */
export function unsettled(
  before: PanelSelection | null,
  { layer, method }: PanelSelection,
  { cluster }: ViewState,
  { layers }: Report,
): Partial<ViewState> {
  if (before !== null && before.layer !== layer) return { cluster: null, pair: null, camera: null };
  const methods = layers.find(({ name }) => name === layer)?.methods;
  const clusters = methods?.[method as Method]?.count ?? 0; // undefined for a name that is none
  const lost = (before !== null && before.method !== method) || (cluster ?? -1) >= clusters;
  return lost ? { cluster: null } : {};
}
