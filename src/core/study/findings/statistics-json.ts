import { findingsOf } from './findings';
import type { StudyStatistics } from './study-statistics';

/** statistics.json: the statistics, and what is found in sentences. @throws RangeError when a number is not finite, which is a mistake in the program */
export function statisticsJson(statistics: StudyStatistics): string {
  const text = JSON.stringify(
    { ...statistics, findings: findingsOf(statistics) },
    (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${key} is ${value}`);
      return value;
    },
    1,
  );
  return `${text}\n`;
}
