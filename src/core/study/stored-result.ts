import * as v from 'valibot';
import { CONTENT_HASH } from '../base/content-hash';
import { finiteValues } from '../base/plain-value';
import { NULL_KINDS } from '../choices';
import { Report } from '../report';

// A result of a study as it is stored, under the key of what it depends on. What another run of the same would give otherwise
// (when, how long, with how many threads, under which path) lies beside it, so that the bytes are always the same.

const { createdAt, timings, checkpoint, settings } = Report.entries;
const { workers } = settings.entries;
const key = v.pipe(v.string(), v.regex(CONTENT_HASH));

/** modscope-report/1 without what does not last. */
const LastingReport = v.strictObject({
  ...v.omit(v.strictObject(Report.entries), ['createdAt', 'timings']).entries,
  checkpoint: v.omit(v.strictObject(checkpoint.entries), ['path']),
  settings: v.omit(v.strictObject(settings.entries), ['workers']),
});

export const StoredResult = v.strictObject({
  schema: v.literal('modscope-result/1'),
  /** Keys of the null networks that Q was compared with, by kind. */
  nulls: v.strictObject(v.entriesFromList(NULL_KINDS, v.exactOptional(key))),
  report: LastingReport,
});
export type StoredResult = v.InferOutput<typeof StoredResult>;

export const StoredTimes = v.strictObject({
  schema: v.literal('modscope-times/1'),
  createdAt,
  workers,
  /** Seconds per stage. */
  seconds: timings,
});
export type StoredTimes = v.InferOutput<typeof StoredTimes>;

/** What is stored of a report: the result, and beside it what does not last. */
export function split(
  report: Report,
  nulls: StoredResult['nulls'],
): { readonly result: StoredResult; readonly times: StoredTimes } {
  const { createdAt, timings: seconds, ...rest } = report;
  const { format, sha256 } = rest.checkpoint;
  const hyperParameters = finiteValues(rest.checkpoint.hyperParameters);
  const { workers, ...settings } = rest.settings;
  return {
    result: {
      schema: 'modscope-result/1',
      nulls,
      report: { ...rest, checkpoint: { sha256, format, hyperParameters }, settings },
    },
    times: { schema: 'modscope-times/1', createdAt, workers, seconds },
  };
}

/** The report again. @param path of the checkpoint, as this study has it */
export function join({ report }: StoredResult, times: StoredTimes, path: string): Report {
  return {
    ...report,
    createdAt: times.createdAt,
    timings: times.seconds,
    checkpoint: { path, ...report.checkpoint },
    settings: { ...report.settings, workers: times.workers },
  };
}

/** Its file. @throws RangeError when a result is not finite, which is a mistake in the program */
export function resultJson(result: StoredResult): string {
  const text = JSON.stringify(result, (key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${key} is ${value}`);
    return value;
  });
  return `${text}\n`;
}
