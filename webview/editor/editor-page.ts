import { html, nothing, type TemplateResult } from 'lit';
import type { CheckpointInfo } from '../../src/protocol';
import { t } from '../l10n';
import { terms, valueSection } from './named-values';
import { bytesOf, countOf, formatBytes, formatCount, type ListedTensor } from './tensor-columns';
import { problemView } from './tensor-details';
import './tensor-grid';
import type { TensorGridScene } from './tensor-grid';

export interface EditorState {
  /** null: it is on its way. */
  readonly checkpoint: CheckpointInfo | null;
  /** Why the checkpoint could not be read; null: nothing went wrong. */
  readonly problem: unknown;
  readonly filter: string;
  /** The tensors that the filter lets through; the same array until the filter changes. */
  readonly shown: readonly ListedTensor[];
  /** Names of the tensors whose details are open. */
  readonly open: ReadonlySet<string>;
  /** How far the page is scrolled, in pixels. */
  readonly top: number;
}

/** What the page calls when the user acts. */
export interface EditorActions {
  readonly analyze: () => void;
  readonly filter: (filter: string) => void;
  readonly copy: () => void;
  readonly details: TensorGridScene['details'];
  readonly toggle: TensorGridScene['onToggle'];
}

/** The page of the read-only checkpoint editor. */
export function editorPage(state: EditorState, actions: EditorActions): TemplateResult | typeof nothing {
  const { checkpoint, problem } = state;
  if (problem !== null) return problemView(problem);
  if (checkpoint === null) return nothing;
  return html`${header(checkpoint, actions)} ${tensorSection(checkpoint.tensors, state, actions)}
  ${valueSection(t('Hyper-parameters'), checkpoint.hyperParameters)}
  ${valueSection(t('Metadata'), checkpoint.metadata)} ${inertSection(checkpoint.stubs)}`;
}

function header(
  { path, format, bytes, tensors }: CheckpointInfo,
  { analyze }: EditorActions,
): TemplateResult {
  const weights = tensors.filter(({ role }) => role === 'weight');
  const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
  const size = sum(weights.map((tensor) => bytesOf(tensor) ?? 0));
  return html`<header>
    <h1 title=${path}>${path.split(/[\\/]/).at(-1) ?? path}</h1>
    <button type="button" class="primary" title=${t('Find the modules of this network')} @click=${analyze}>
      ${t('Analyze')}
    </button>
    ${terms([
      [t('Format'), format],
      [t('File'), formatBytes(bytes)],
      [t('Parameters'), `${formatCount(sum(weights.map(countOf)))} (${formatBytes(size)})`],
    ])}
  </header>`;
}

/** The tensors: a filter, how many it lets through, and the grid of those. */
function tensorSection(
  tensors: readonly ListedTensor[],
  { filter, shown, open }: EditorState,
  actions: EditorActions,
): TemplateResult {
  const all = tensors.length === 1 ? t('1 tensor') : t('{0} tensors', formatCount(tensors.length));
  return html`<section aria-label=${t('Tensors')}>
    <h2>${t('Tensors')}</h2>
    <div class="tools">
      <input
        type="search"
        placeholder=${t('Filter by name, type, shape')}
        aria-label=${t('Filter tensors')}
        spellcheck="false"
        autocomplete="off"
        .value=${filter}
        @input=${({ currentTarget: input }: Event) => {
          if (input instanceof HTMLInputElement) actions.filter(input.value);
        }}
      />
      <span role="status"
        >${shown.length === tensors.length ? all : t('{0} of {1}', formatCount(shown.length), all)}</span
      >
      <button type="button" class="secondary" @click=${actions.copy}>${t('Copy as TSV')}</button>
    </div>
    <modscope-tensors
      .scene=${{ tensors: shown, open, details: actions.details, onToggle: actions.toggle }}
    ></modscope-tensors>
  </section>`;
}

/** What the file names and Modscope did not load, and why. */
function inertSection(stubs: readonly string[]): TemplateResult | typeof nothing {
  if (stubs.length === 0) return nothing;
  return html`<section aria-label=${t('Left inert')}>
    <h2>${t('Left inert')}</h2>
    <p>
      ${t('The file names these classes and functions of Python.')}
      ${t(
        'Modscope reads a checkpoint without importing, calling or looking up anything that it names. It puts inert values in their place, and no code of the file has run.',
      )}
    </p>
    <ul>
      ${stubs.map((name) => html`<li><code>${name}</code></li>`)}
    </ul>
  </section>`;
}
