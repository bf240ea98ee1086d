import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textTable } from '../src/cli/output';
import { openCheckpoint } from '../src/core/checkpoint/formats/open';
import { countReads } from '../test/support/counting';
import { sparseSafetensors, sparseTorchZip } from '../test/support/sparse';

// Listing a large checkpoint: the whole command, and the share of the file it reads.

const CLI = join(__dirname, '../cli.cjs');

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'modscope-bench-'));
  const rows = [['modscope inspect', 'file MB', 'read kB', 'seconds']];
  for (const [name, make, size] of [
    ['4 GB safetensors', sparseSafetensors, 2 ** 32],
    ['2 GB PyTorch zip', sparseTorchZip, 2 ** 31],
  ] as const) {
    const path = join(folder, 'model');
    make(path, size);
    const { open, bytesRead } = countReads();
    await (await openCheckpoint(path, open)).close();
    const from = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [CLI, 'inspect', path]);
    if (status !== 0) throw new Error(stderr.toString());
    const seconds = (performance.now() - from) / 1000;
    rows.push([name, (size / 1e6).toFixed(0), (bytesRead() / 1e3).toFixed(1), seconds.toFixed(2)]);
  }
  rmSync(folder, { recursive: true });
  console.log(textTable(rows));
}

void main();
