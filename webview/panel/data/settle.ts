import type { Method, Report } from '../../../src/core/analysis/report';
import type { PanelSelection } from '../../../src/protocol';
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
