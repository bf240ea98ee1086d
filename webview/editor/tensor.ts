import type { CheckpointInfo } from '../../src/protocol';
import { t } from '../l10n';

export type Tensor = CheckpointInfo['tensors'][number];

export function countOf({ shape }: Tensor): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes, by the width in the type's name; null for a type of no whole bytes, such as one of 4 bits. */
export function bytesOf(tensor: Tensor): number | null {
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

/** Six significant digits tell values apart; a number that is not defined is a dash. */
export function formatValue(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(6)));
}

interface Column {
  readonly title: string;
  readonly kind: 'text' | 'number';
  readonly text: (tensor: Tensor) => string;
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
    text: ({ role }) => (role === 'weight' ? t('model') : t('other state')),
  },
];

/** Tensors in whose row every word stands, in any case. */
export function filterTensors(tensors: readonly Tensor[], filter: string): readonly Tensor[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return tensors;
  return tensors.filter((tensor) => {
    const row = COLUMNS.map(({ text }) => text(tensor))
      .join(' ')
      .toLowerCase();
    return words.every((word) => row.includes(word));
  });
}

export function toTsv(tensors: readonly Tensor[]): string {
  const rows = tensors.map((tensor) => COLUMNS.map(({ text }) => text(tensor)));
  return [COLUMNS.map(({ title }) => title), ...rows].map((row) => row.join('\t')).join('\n');
}
