import type { CheckpointInfo } from '../../src/protocol';
import { t } from '../l10n';
import { button, element, terms } from './dom';
import { inertSection } from './inert';
import { remember, remembered } from './state';
import { bytesOf, countOf, formatBytes, formatCount } from './tensor';
import { extension, problem, tensorSection } from './tensors';
import { valueSection } from './values';

/** The page of the read-only checkpoint editor. */
async function start(): Promise<void> {
  const main = element('main');
  document.body.append(main);
  try {
    const info = await extension.call('info', null);
    main.append(
      header(info),
      tensorSection(info.tensors),
      ...valueSection(t('Hyper-parameters'), info.hyperParameters),
      ...valueSection(t('Metadata'), info.metadata),
      ...inertSection(info.stubs),
    );
    scrollTo(0, remembered().top);
    addEventListener('scrollend', () => {
      remember({ top: scrollY });
    });
  } catch (error) {
    main.replaceChildren(problem(error));
  }
}

function header({ path, format, bytes, tensors }: CheckpointInfo): HTMLElement {
  const weights = tensors.filter(({ role }) => role === 'weight');
  const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
  const size = sum(weights.map((tensor) => bytesOf(tensor) ?? 0));
  const facts = terms([
    [t('Format'), format],
    [t('File'), formatBytes(bytes)],
    [t('Parameters'), `${formatCount(sum(weights.map(countOf)))} (${formatBytes(size)})`],
  ]);
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const analyze = button(t('Analyze'), 'primary', () => void extension.call('analyze', null));
  analyze.title = t('Find the modules of this network');
  return element('header', {}, element('h1', { title: path }, name), analyze, facts);
}

void start();
