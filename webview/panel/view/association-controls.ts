import { html, type TemplateResult } from 'lit';
import type { LayerReport, Report } from '../../../src/core/report';
import { inForm, methodsOf, rawOf } from '../data/methods';
import type { Panel } from '../panel';
import type { State } from '../state';
import { words } from '../strings';
import { segments, select } from './controls';

/** Which matrix, and how it is shown. */
export function associationControls(
  { selection }: State,
  report: Report,
  layer: LayerReport,
  panel: Panel,
): TemplateResult {
  const methods = methodsOf([layer]);
  const method = methods.find((one) => one === selection.method);
  const measures = [...new Set(methods.map(rawOf))];
  const choose = (measure: string, form: 'raw' | 'norm'): void => {
    const found = methods.find((one) => rawOf(one) === measure);
    if (found !== undefined) panel.select({ method: inForm(found, form, methods) });
  };
  return html`<div class="controls">
    ${select(
      words.layer,
      layer.name,
      report.layers.map(({ name }) => [name, name] as const),
      (name) => {
        panel.select({ layer: name });
      },
    )}
    ${select(
      words.measure,
      method === undefined ? null : rawOf(method),
      measures.map((measure) => [measure, measure] as const),
      (measure) => {
        choose(measure, selection.form);
      },
    )}
    ${segments(
      words.form,
      selection.form,
      [
        ['raw', words.raw],
        ['norm', words.normalised],
      ],
      (form) => {
        if (method !== undefined) choose(rawOf(method), form);
      },
    )}
    ${segments(
      words.scale,
      selection.scale,
      [
        ['linear', words.linear],
        ['log', words.log],
      ],
      (scale) => {
        panel.select({ scale });
      },
    )}
  </div>`;
}
