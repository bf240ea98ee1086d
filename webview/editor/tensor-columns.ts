import type { CheckpointInfo } from '../../src/protocol';
import type { Rows } from '../format';
import { t } from '../l10n';

export type ListedTensor = CheckpointInfo['tensors'][number];

/** How many values the tensor has. */
export function countOf({ shape }: ListedTensor): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** How many bytes the tensor has, by the width in its type's name; null: the type has no whole bytes, such as one of 4 bits. */
export function bytesOf(tensor: ListedTensor): number | null {
  const width =
    tensor.dtype === 'bool' ? '8' : /^(?:f|bf|i|u|c)(8|16|32|64|128)(?:_|$)/.exec(tensor.dtype)?.[1];
  return width === undefined ? null : (countOf(tensor) * Number(width)) / 8;
}

const UNITS = ['KB', 'MB', 'GB', 'TB'] as const;

export function formatBytes(bytes: number): string {
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)), UNITS.length);
  const value = bytes / 1024 ** power;
  const digits = value >= 100 ? 0 : 1;
  return power === 0 ? t('{0} bytes', value) : `${value.toFixed(digits)} ${UNITS[power - 1]!}`;
}

const COUNT = new Intl.NumberFormat('en');
export const formatCount = (count: number): string => COUNT.format(count);

/** Six significant digits, which tell values apart; a dash for a number that is not defined. */
export function formatValue(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(6)));
}

interface Column {
  readonly title: string;
  readonly kind: 'text' | 'number';
  readonly text: (tensor: ListedTensor) => string;
}

export const COLUMNS: readonly Column[] = [
  { title: t('Name'), kind: 'text', text: ({ name }) => name },
  { title: t('Type'), kind: 'text', text: ({ dtype }) => dtype },
  {
    title: t('Shape'),
    kind: 'text',
    text: ({ shape }) => (shape.length === 0 ? t('scalar') : shape.join(' × ')),
  },
  {
    title: t('Size'),
    kind: 'number',
    text: (tensor) => {
      const bytes = bytesOf(tensor);
      return bytes === null ? '–' : formatBytes(bytes);
    },
  },
  {
    title: t('Part of'),
    kind: 'text',
    text: ({ role }) => (role === 'other' ? t('other state') : t('model')),
  },
];

/**
 * The tensors whose row contains every word of the filter, in upper or lower case; the same array without a filter.
 */
export function filterTensors(tensors: readonly ListedTensor[], filter: string): readonly ListedTensor[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return tensors;
  return tensors.filter((tensor) => {
    const row = COLUMNS.map(({ text }) => text(tensor))
      .join(' ')
      .toLowerCase();
    return words.every((word) => row.includes(word));
  });
}

/** The tensors as a table. */
export function tensorRows(tensors: readonly ListedTensor[]): Rows {
  return [
    COLUMNS.map(({ title }) => title),
    ...tensors.map((tensor) => COLUMNS.map(({ text }) => text(tensor))),
  ];
}
