import { html, nothing, render, type TemplateResult } from 'lit';
import { t } from '../l10n';

/** Longer lists are folded away behind their number of entries. */
const FOLDED_FROM = 12;

/** Terms and what they are. */
export function terms(entries: readonly (readonly [term: string, value: unknown])[]): TemplateResult {
  return html`<dl>
    ${entries.map(
      ([term, value]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A plain value of a file, of any depth. What is deep or long is folded, and made when the user unfolds it. */
function valueView(value: unknown): TemplateResult | string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value);
  if (Array.isArray(value)) {
    if (value.length <= FOLDED_FROM && value.every((item) => typeof item !== 'object'))
      return `[${value.join(', ')}]`;
  } else if (entries.length === 0) return '{}';
  return html`<details
    @toggle=${({ currentTarget: fold }: Event) => {
      if (fold instanceof HTMLElement) render(namedValues(entries), fold);
    }}
  >
    <summary>${entries.length === 1 ? t('1 entry') : t('{0} entries', entries.length)}</summary>
  </details>`;
}

function namedValues(entries: readonly (readonly [string, unknown])[]): TemplateResult {
  return terms(entries.map(([name, value]) => [name, valueView(value)]));
}

/** A section of named values, or nothing where there are none. */
export function valueSection(
  title: string,
  values: Readonly<Record<string, unknown>>,
): TemplateResult | typeof nothing {
  const entries = Object.entries(values);
  if (entries.length === 0) return nothing;
  return html`<section aria-label=${title}>
    <h2>${title}</h2>
    ${namedValues(entries)}
  </section>`;
}
