import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../../src/core/report';
import { DIGITS, modscope } from '../../support/command';

/** What the tests analyze, below the workspace; the file's name is unique in it. */
export const NAME = 'digits_drop=0.6_run=0.ckpt';
export const CHECKPOINT = `checkpoints/${NAME}`;
export const OTHER = 'digits_drop=0.0_run=0.ckpt';

/** A modscope.json of minutes of work: there is time to act in the middle of it. */
export const ENDLESS = JSON.stringify({ nulls: { untrained: 2000 } });

/** A copy of the sample workspace. */
export async function copySample(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'digits-')));
  await cp(DIGITS, folder, { recursive: true });
  return folder;
}

export function removeSample(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** What the command line says of a checkpoint. */
export async function commandLine(folder: string, checkpoint = CHECKPOINT): Promise<Report> {
  const { code, out, err } = await modscope(['analyze', checkpoint, '--json'], folder);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as Report; // its schema is tested with the command line
}

/** The panel's cells for a report, as screen readers say them. */
export function modularityLabels({ layers }: Report): readonly string[] {
  return layers.flatMap(({ name, methods }) =>
    Object.entries(methods).map(([measure, { q, count }]) => {
      if (q === null) throw new Error(`${name}, ${measure} of the sample has no Q`);
      return `${name}, ${measure}: Q ${q.toFixed(3)}, ${count} ${count === 1 ? 'cluster' : 'clusters'}`;
    }),
  );
}
