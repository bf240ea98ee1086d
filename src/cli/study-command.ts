import { basename } from 'node:path';
import { ParallelCompute } from '../compute/parallel';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { InputError } from '../core/base/error';
import { plural, printable } from '../core/base/text';
import { replaceFile } from '../core/file/local';
import { StudyCsv } from '../core/render/report-csv';
import { reportJson } from '../core/render/report-json';
import { findingsOf } from '../core/study/findings/findings';
import type { StudyStatistics } from '../core/study/findings/study-statistics';
import type { Entry, Manifest } from '../core/study/manifest';
import { type Shard, shardOf, shardsWith, WHOLE } from '../core/study/shard';
import { UsageError, wholeNumber } from '../settings/flags';
import {
  type EntryState,
  type CollectedStudy,
  collectStudy,
  studyReports,
  type StudyState,
  studyStatus,
} from '../store/study-collect';
import { StudyFolder } from '../store/study-folder';
import { planStudy } from '../store/study-plan';
import { runStudy, type RunSummary } from '../store/study-run';
import { parse } from './arguments';
import { clearProgress, progressLine } from './output';
import { type CommandHelp, parseable } from './help';
import { PLAN_FLAGS, planHelp, STUDY_FLAGS, studyHelp, studyPlan } from './study-flags';
import { submitCommand, submitHelp } from './submit-command';

/** Told how to stop the work. */
type OnCancel = (cancel: () => void) => void;

type Part = (args: readonly string[], onCancel: OnCancel) => Promise<string>;

/** The parts of a study, which can be done one by one. */
const PARTS: Readonly<Record<string, Part>> = { plan, run, submit: submitCommand, status, collect };

const RUN_FLAGS = {
  shard: {
    form: 'k/n|auto',
    help: 'the k-th of n parts, counted from 0 (default all). auto asks the job array of Slurm, SGE or LSF,\nauto/n that of PBS or Kubernetes',
  },
  workers: { form: 'N', help: 'worker threads (default one per core, at most 8)' },
} as const;

const STATUS_FLAGS = {
  json: { form: '', help: 'print it as JSON' },
  missing: { form: 'N', help: 'of N shards, print those that lack a checkpoint, as job arrays take them' },
} as const;

const PART_HELP: Readonly<Record<string, CommandHelp>> = {
  plan: planHelp,
  run: {
    form: 'study run S [options]',
    about:
      'Analyzes the checkpoints of a study that is planned, in as many processes or jobs as there are shards.',
    flags: [RUN_FLAGS],
  },
  submit: submitHelp,
  status: {
    form: 'study status S [options]',
    about: 'How far a study is, and why checkpoints failed.',
    flags: [STATUS_FLAGS],
  },
  collect: {
    form: 'study collect S',
    about: 'The tables of a study, of all checkpoints that are done.',
    flags: [],
  },
};

/** The help on a study, or on the part of it that the arguments name. */
export function helpOnStudy([name = '']: readonly string[]): CommandHelp {
  return (Object.hasOwn(PART_HELP, name) ? PART_HELP[name] : undefined) ?? studyHelp;
}

/** `modscope study plan|run|submit|status|collect …`, and `modscope study GLOB… [options]`, which is all of them. */
export function studyCommand(args: readonly string[], onCancel: OnCancel): Promise<string> {
  const [name = '', ...rest] = args;
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  return part === undefined ? whole(args, onCancel) : part(rest, onCancel);
}

/** `modscope study plan GLOB… --out S` */
async function plan(args: readonly string[]): Promise<string> {
  const { plan, out } = await studyPlan(parse(args, PLAN_FLAGS));
  const folder = new StudyFolder(out);
  const manifest = await planStudy(folder, plan);
  return `${planned(manifest)}\nNext: modscope study run ${out}\n`;
}

/** What was decided, for people. */
function planned({ checkpoints, leftOut, grouping }: Manifest): string {
  const others = leftOut === 0 ? '' : `, ${leftOut} others left out`;
  return [`${plural(checkpoints.length, 'checkpoint')}${others}`, printable(grouping.sentence, 2000)]
    .filter((line) => line !== '')
    .join('\n');
}

/** `modscope study run S [--shard k/n|auto] [--workers N]` */
async function run(args: readonly string[], onCancel: OnCancel): Promise<string> {
  const { positionals, values } = parse(args, parseable(RUN_FLAGS));
  const folder = theFolder('run', positionals);
  const shard = values.shard === undefined ? WHOLE : shardOf(values.shard, process.env);
  const workers = wholeNumber('workers', values.workers, 1);
  const { done, found, failed } = await runShard(folder, { shard, workers }, onCancel);
  process.stdout.write(`${done} analyzed, ${found} done before, ${failed} failed\n`);
  if (failed > 0) throw someFailed(folder, failed, done + found + failed);
  return '';
}

/** Runs a shard of a study: its progress, what fails and what was assumed on standard error. */
async function runShard(
  folder: StudyFolder,
  { shard, workers }: { readonly shard: Shard; readonly workers: number | undefined },
  onCancel: OnCancel,
): Promise<RunSummary> {
  const stop = new AbortController();
  onCancel(() => {
    stop.abort();
  });
  const say = (line: string): void => {
    clearProgress();
    process.stderr.write(`${line}\n`);
  };
  const assumed = new Set<string>();
  try {
    return await runStudy(folder, {
      shard,
      // The worker and the WebAssembly modules lie beside this bundle.
      compute: ({ backend }) => new ParallelCompute({ backend, workers, folder: __dirname }),
      signal: stop.signal,
      onProgress: ({ path }) => progressLine(basename(path)),
      onStep: ({ path }, step, problem) => {
        if (step === 'failed') say(failure(path, problem ?? ''));
      },
      onAssumption: ({ path }: Entry, assumption) => {
        // Once for all of them: the checkpoints of a study are alike.
        if (!assumed.has(assumption)) say(`${printable(path)}: ${printable(assumption, 500)}`);
        assumed.add(assumption);
      },
    });
  } finally {
    clearProgress();
  }
}

/** Errors mostly say which file it was. */
function failure(path: string, problem: string): string {
  return printable(problem.includes(basename(path)) ? problem : `${path}: ${problem}`, 1000);
}

/** `modscope study status S [--json | --missing N]` */
async function status(args: readonly string[]): Promise<string> {
  const { positionals, values } = parse(args, parseable(STATUS_FLAGS));
  const state = await studyStatus(theFolder('status', positionals));
  const shards = wholeNumber('missing', values.missing, 1);
  if (shards !== undefined) return missingShards(state.states, shards);
  const { manifest, done, changed, failures, missing } = state;
  const { sentence } = manifest.grouping;
  if (values.json === true) {
    return `${JSON.stringify({ sentence, done, changed, missing, failures }, null, 2)}\n`;
  }
  const counts = [
    `${done} of ${plural(manifest.checkpoints.length, 'checkpoint')} done`,
    ...(changed > 0 ? [`${changed} of them changed since`] : []),
    `${failures.length} failed`,
    `${missing} to do`,
  ];
  return `${[printable(sentence, 2000), counts.join(', '), ...told(failures)].filter((line) => line !== '').join('\n')}\n`;
}

/** Of so many shards those that lack a checkpoint, counted from 0, as job arrays take them: "3,7", or nothing at all. */
function missingShards(states: readonly EntryState[], count: number): string {
  const places = states.flatMap(({ done, failure }, place) => (done || failure !== null ? [] : [place]));
  return places.length === 0 ? '' : `${shardsWith(places, count).join(',')}\n`;
}

/** `modscope study collect S` */
async function collect(args: readonly string[]): Promise<string> {
  const { positionals } = parse(args, {});
  return collected(await collectStudy(theFolder('collect', positionals)));
}

function collected({ manifest, done, failures, missing, statistics, files }: CollectedStudy): string {
  const all = plural(manifest.checkpoints.length, 'checkpoint');
  const rest = missing === 0 ? '' : `, ${missing} to do`;
  const lines = [`${done} of ${all}, ${failures.length} failed${rest}`, ...claims(statistics)];
  return `${lines.join('\n')}\nFiles: ${files.join(', ')}\n`;
}

/** What is found, or may be; statistics.json says of the rest that nothing can be seen. */
function claims(statistics: StudyStatistics): string[] {
  return findingsOf(statistics)
    .filter(({ verdict }) => verdict === 'found' || verdict === 'uncertain')
    .map(({ sentence }) => sentence);
}

/** Failures that are shown one by one. */
const MOST_TOLD = 20;

function told(failures: StudyState['failures']): string[] {
  const lines = failures
    .slice(0, MOST_TOLD)
    .map(({ path, reason }) => `  ${printable(reason.includes(path) ? reason : `${path}: ${reason}`, 1000)}`);
  const more = failures.length - lines.length;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

/** `modscope study GLOB… [options]`: plan, run and collect, and the wide table. */
async function whole(args: readonly string[], onCancel: OnCancel): Promise<string> {
  const { positionals, values } = parse(args, STUDY_FLAGS);
  const { plan, out, analysis } = await studyPlan({ positionals, values });
  const folder = new StudyFolder(out);
  const manifest = await planStudy(folder, plan);
  process.stderr.write(`${planned(manifest)}\n`);
  const { workers } = analysis.settings;
  const { failed } = await runShard(folder, { shard: WHOLE, workers }, onCancel);
  const { done, statistics, files } = await collectStudy(folder);
  const table = folder.at('study.csv');
  await writeWideTable(table, folder, manifest);
  if (values.json === true) await printReports(folder, manifest);
  else {
    const passedOver = failed === 0 ? '' : `, ${failed} passed over`;
    const lines = [`${done} checkpoints analyzed${passedOver}`, ...claims(statistics)];
    process.stdout.write(`${lines.join('\n')}\nTable: ${table}\nFiles: ${files.join(', ')}\n`);
  }
  if (failed > 0) throw someFailed(folder, failed, manifest.checkpoints.length);
  return '';
}

async function writeWideTable(path: string, folder: StudyFolder, manifest: Manifest): Promise<void> {
  const table = new StudyCsv();
  for await (const { report } of studyReports(folder, manifest)) table.addColumns(report);
  await replaceFile(path, async (temporary) => {
    const file = await open(temporary, 'wx');
    try {
      await file.write(table.header());
      for await (const { report } of studyReports(folder, manifest)) await file.write(table.line(report));
    } finally {
      await file.close();
    }
  });
}

/** All reports on standard output, one in memory at a time. */
async function printReports(folder: StudyFolder, manifest: Manifest): Promise<void> {
  let before = '[\n';
  for await (const { report } of studyReports(folder, manifest)) {
    const hasRoom = process.stdout.write(before + reportJson(report).trimEnd());
    if (!hasRoom) await once(process.stdout, 'drain');
    before = ',\n';
  }
  process.stdout.write(before === '[\n' ? '[]\n' : '\n]\n');
}

function theFolder(command: string, [path, ...others]: readonly string[]): StudyFolder {
  if (path === undefined || others.length > 0) {
    throw new UsageError(`study ${command} takes the folder of a study`);
  }
  return new StudyFolder(path);
}

/** What was done is done and told; that something failed is the exit code. */
function someFailed(folder: StudyFolder, failed: number, count: number): InputError {
  return new InputError(
    folder.path,
    `${failed} of ${plural(count, 'checkpoint')} could not be analyzed`,
    'The reasons are told by modscope study status',
  );
}
