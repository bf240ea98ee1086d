import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { PROJECT } from '../support/command';

declare module 'vitest' {
  interface ProvidedContext {
    /** What tells sbatch which Slurm to use, or why there is none. */
    slurm: { readonly configuration: string } | { readonly missing: string };
  }
}

const SCRIPT = join(PROJECT, 'scripts/slurm.mjs');
/** The script's exit code where the machine cannot have one. */
const UNAVAILABLE = 3;

/** A Slurm of this machine, as long as the tests run. */
export default function setup(project: TestProject): (() => void) | undefined {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, 'start'], { encoding: 'utf8' });
  const configuration = /SLURM_CONF='(.*)'/.exec(stdout)?.[1];
  if (configuration !== undefined) {
    project.provide('slurm', { configuration });
    return () => {
      const env = { ...process.env, SLURM_CONF: configuration };
      spawnSync(process.execPath, [SCRIPT, 'stop'], { env, stdio: 'inherit' });
    };
  }
  if (status !== UNAVAILABLE) throw new Error(`Slurm does not start: ${stderr}`);
  console.warn(`The tests of Slurm are skipped. ${stderr.trim()}`);
  project.provide('slurm', { missing: stderr.trim() });
  return undefined;
}
