import { t } from '../l10n';
import { element, terms } from './dom';

/** More entries than these are folded away behind their number. */
const FOLDED_FROM = 12;

/** Plain values of a file, of any depth; what is deep or long is folded, and unfolded when asked for. */
export function valueView(value: unknown): Node | string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value);
  if (Array.isArray(value)) {
    if (value.length <= FOLDED_FROM && value.every((item) => typeof item !== 'object'))
      return `[${value.join(', ')}]`;
  } else if (entries.length === 0) return '{}';
  const fold = element(
    'details',
    {},
    element('summary', {}, entries.length === 1 ? t('1 entry') : t('{0} entries', entries.length)),
  );
  fold.addEventListener(
    'toggle',
    () => {
      fold.append(entryList(entries));
    },
    { once: true },
  );
  return fold;
}

function entryList(entries: readonly (readonly [string, unknown])[]): HTMLElement {
  return terms(entries.map(([name, value]) => [name, valueView(value)]));
}

/** A section of named values, or nothing where there are none. */
export function valueSection(
  title: string,
  values: Readonly<Record<string, unknown>>,
): readonly HTMLElement[] {
  const entries = Object.entries(values);
  if (entries.length === 0) return [];
  return [element('section', { 'aria-label': title }, element('h2', {}, title), entryList(entries))];
}
