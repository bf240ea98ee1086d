import { t } from '../l10n';
import { element } from './dom';

/** What the file names and Modscope did not load, and why that is so. */
export function inertSection(stubs: readonly string[]): readonly HTMLElement[] {
  if (stubs.length === 0) return [];
  const names = stubs.map((name) => element('li', {}, element('code', {}, name)));
  return [
    element(
      'section',
      { 'aria-label': t('Left inert') },
      element('h2', {}, t('Left inert')),
      element(
        'p',
        {},
        t('The file names these classes and functions of Python.'),
        ' ',
        t(
          'Modscope reads a checkpoint without importing, calling or looking up anything it names: in their place stand inert values, and no code of the file has run.',
        ),
      ),
      element('ul', {}, ...names),
    ),
  ];
}
