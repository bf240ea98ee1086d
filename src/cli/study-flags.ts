import { isAbsolute } from 'node:path';
import { glob } from 'tinyglobby';
import { naturalOrder } from '../core/network/network';
import { InputError } from '../core/base/error';
import { PICKS } from '../core/study/manifest';
import { choice, UsageError } from '../settings/flags';
import type { Flag } from '../settings/table';
import type { StudyPlan } from '../store/study-plan';
import { ANALYSIS_FLAGS, analysisOptions, type AnalysisOptions, SHARED_FLAGS } from './analysis-options';
import type { Parsed } from './arguments';
import { type CommandHelp, flagsHelp, parseable } from './help';

/** Flags of a study beside those of an analysis, in the order of --help. */
const FLAGS = {
  by: { form: 'KEY,...', help: 'hyper-parameters that the study varies (default: found out)' },
  replicate: { form: 'KEY,...', help: 'those in which replicates differ, such as the seed' },
  ignore: { form: 'KEY,...', help: 'those of no interest' },
  table: { form: 'CSV', help: 'a table that says more of the checkpoints, a row each' },
  pick: { form: PICKS.join('|'), help: 'which checkpoints of each run (default all)' },
} as const satisfies Record<string, Flag>;

/** That of `study` alone. */
const OWN_FLAGS = {
  json: { form: '', help: 'print the reports alone on standard output' },
} as const satisfies Record<string, Flag>;

/** Flags of a study's plan, as parseArgs takes them. */
export const PLAN_FLAGS = { ...ANALYSIS_FLAGS, ...parseable(FLAGS) } as const;

/** Flags of a whole study. */
export const STUDY_FLAGS = { ...PLAN_FLAGS, ...parseable(OWN_FLAGS) } as const;

/** Their part of --help. */
export const STUDY_HELP = flagsHelp({ ...FLAGS, ...OWN_FLAGS });

/** modscope study --help */
export const studyHelp: CommandHelp = {
  form: 'study GLOB... [options]',
  about: `Many checkpoints, as tables in a folder (--out, default modscope-study); goes on where it was stopped. The same step by
step: modscope study plan, run, submit, status and collect, each of which has a --help of its own.`,
  flags: [FLAGS, OWN_FLAGS, SHARED_FLAGS],
};

/** modscope study plan --help */
export const planHelp: CommandHelp = {
  form: 'study plan GLOB... --out S [options]',
  about: 'What the study is: its checkpoints, in groups, and how they are analyzed. Nothing is analyzed yet.',
  flags: [FLAGS, SHARED_FLAGS],
};

/** Where a study lies unless someone says otherwise. */
const STUDY_FOLDER = 'modscope-study';

/** What the command line says a study is to be, and where. @throws InputError, UsageError */
export async function studyPlan({
  positionals,
  values,
}: Parsed<typeof PLAN_FLAGS>): Promise<{ plan: StudyPlan; out: string; analysis: AnalysisOptions }> {
  if (positionals.length === 0) throw new UsageError('study takes at least one path or pattern');
  const pick = choice('pick', values.pick, PICKS) ?? 'all';
  const checkpoints = await expandPatterns(positionals);
  const [first] = checkpoints;
  if (first === undefined) throw new InputError(positionals.join(' '), 'no file matches');
  const analysis = await analysisOptions(values, first);
  const [by, replicate, ignore] = [values.by, values.replicate, values.ignore].map(keysOf);
  return {
    plan: {
      checkpoints,
      input: analysis.input,
      settings: analysis.settings,
      options: { ...(by && { by }), ...(replicate && { replicate }), ...(ignore && { ignore }) },
      pick,
      table: values.table ?? null,
    },
    out: analysis.out ?? STUDY_FOLDER,
    analysis,
  };
}

function keysOf(text: string | undefined): string[] | undefined {
  return text
    ?.split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
}

/** Paths as they stand, patterns as the files they match, in the order people count; each once. */
export async function expandPatterns(patterns: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    patterns.map(async (pattern) =>
      /[*?[\]{}]/.test(pattern)
        ? (await glob(pattern, { onlyFiles: true, absolute: isAbsolute(pattern) })).sort(naturalOrder)
        : [pattern],
    ),
  );
  return [...new Set(found.flat())];
}
