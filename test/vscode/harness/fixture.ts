import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { copySample, removeSample } from './sample';
import { Workbench } from './workbench';

interface Options {
  /** Whether VS Code opens the folder; it is there in any case. */
  readonly open?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Makes the copy of the sample what the tests need, before VS Code opens it. */
  readonly prepare?: (folder: string) => Promise<void>;
}

/** What VS Code itself logs when its window is reloaded while one of its own refreshes of a tree is under way. */
const CUT_OFF = /Unable to refresh tree view \S+: Canceled$/;

/**
 * A VS Code for the tests of one file, on a copy of the sample workspace. Whatever a test does, no page may complain, and
 * the extension host may log no error of the extension; a test that fails leaves a screenshot.
 */
export function useWorkbench({ open = true, settings, prepare }: Options = {}): () => Workbench {
  let workbench: Workbench | null = null;
  const current = (): Workbench => {
    if (workbench === null) throw new Error('VS Code has not started');
    return workbench;
  };
  beforeAll(async () => {
    const folder = await copySample();
    await prepare?.(folder);
    workbench = await Workbench.start(folder, open, settings);
  });
  beforeEach(({ onTestFailed, task }) => {
    onTestFailed(() => current().screenshot(`failed: ${task.name.replaceAll('/', ' ')}`));
  });
  afterEach(() => {
    expect(current().complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    if (workbench === null) return;
    const log = await workbench.log('remoteexthost');
    await workbench.stop();
    await removeSample(workbench.folder);
    const errors = log.split('\n').filter((line) => line.includes('[error]') && /modscope/i.test(line));
    expect(errors.filter((line) => !line.includes('modscope-test') && !CUT_OFF.test(line))).toEqual([]);
  });
  return current;
}
