// A Slurm of one machine, for tests: installed from Debian where it is missing, with its configuration, state and logs in a
// folder of its own, so that a Slurm that the machine belongs to is not touched.
//   eval "$(node scripts/slurm.mjs start)"    starts it, and tells sbatch and its kin where it is
//   node scripts/slurm.mjs stop               ends that one, its jobs too
// Exit codes: 0 done, 3 it cannot be had here, which is said.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir, totalmem } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { debian } from './debian.mjs';

const PREFIX = 'modscope-slurm-';
/** Tasks that run at the same time, whatever the machine has. */
const CPUS = 8;
/** Milliseconds that a daemon has to start or to end. */
const PATIENCE = 30_000;

class Unavailable extends Error {}

function makeAvailable() {
  if (process.getuid?.() !== 0) throw new Unavailable('the daemons of Slurm are started by root alone');
  const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'sinfo', 'squeue', 'scancel'];
  const missing = programs.filter((name) => !isThere(name));
  if (missing.length === 0) return;
  if (!isThere('apt-get')) throw new Unavailable(`${missing.join(', ')} are missing, and so is apt-get`);
  debian(['slurm-wlm', 'munge']);
}

function isThere(program) {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @returns {Promise<string>} its slurm.conf, which SLURM_CONF is to name */
async function start() {
  makeAvailable();
  const folder = mkdtempSync(join(tmpdir(), PREFIX)); // short: the path of a socket has 107 characters at most
  const configuration = join(folder, 'slurm.conf');
  try {
    chmodSync(folder, 0o755);
    for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'munge.key'), randomBytes(128), { mode: 0o600 });
    writeFileSync(configuration, await slurmConf(folder));
    // Containers have no cgroups to write to. Older versions do not know the word, and need none.
    if (version() >= 24.05) writeFileSync(join(folder, 'cgroup.conf'), 'CgroupPlugin=disabled\n');
    const socket = join(folder, 'munge.socket');
    daemon(folder, 'munged', [
      ...['-F', `--socket=${socket}`, `--key-file=${join(folder, 'munge.key')}`],
      ...[`--pid-file=${join(folder, 'munged.pid')}`, `--seed-file=${join(folder, 'munge.seed')}`],
    ]);
    await until('munged listens', () => existsSync(socket));
    daemon(folder, 'slurmctld', ['-D', '-f', configuration]);
    daemon(folder, 'slurmd', ['-D', '-f', configuration]);
    await until('the node is idle', () => ask(configuration, 'sinfo', ['-h', '-o', '%T']) === 'idle');
    return configuration;
  } catch (error) {
    for (const name of ['munged', 'slurmctld', 'slurmd']) {
      const log = join(folder, `${name}.log`);
      if (existsSync(log)) console.error(`${name}:\n${readFileSync(log, 'utf8').slice(-2000)}`);
    }
    await stop(configuration);
    throw error;
  }
}

async function slurmConf(folder) {
  const [host] = hostname().split('.');
  const [controller, node] = await freePorts(2);
  return `ClusterName=modscope
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${node}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket=${join(folder, 'munge.socket')}
SlurmUser=root
StateSaveLocation=${join(folder, 'state')}
SlurmdSpoolDir=${join(folder, 'spool')}
SlurmctldPidFile=${join(folder, 'slurmctld.pid')}
SlurmdPidFile=${join(folder, 'slurmd.pid')}
MailProg=/bin/true
# What containers allow: no cgroups, no pinning to processors.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
# The node has as many processors as it is said to have.
SlurmdParameters=config_overrides
ReturnToService=2
NodeName=${host} NodeAddr=127.0.0.1 CPUs=${CPUS} RealMemory=${Math.floor(totalmem() / 2 ** 20)}
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

/** Ports of the loopback interface that are free, and as likely as not still are when they are taken. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server.address().port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Of Slurm: 22.05 of "slurm-wlm 22.05.8". */
function version() {
  return Number(/(\d+\.\d+)/.exec(execFileSync('slurmd', ['-V'], withPath()).toString())?.[1] ?? 0);
}

/** Daemons lie where the path of a user who became root may not lead. */
function withPath(environment = {}) {
  return { env: { ...process.env, ...environment, PATH: `${process.env.PATH ?? ''}${delimiter}/usr/sbin` } };
}

function daemon(folder, name, options) {
  const log = openSync(join(folder, `${name}.log`), 'a');
  const child = spawn(name, options, { ...withPath(), detached: true, stdio: ['ignore', log, log] });
  child.on('error', () => undefined); // its log and the wait for it tell
  child.unref();
  writeFileSync(join(folder, `${name}.process`), String(child.pid ?? ''));
}

/** What a command of Slurm says; null where it fails. */
function ask(configuration, command, options) {
  try {
    const settings = { ...withPath({ SLURM_CONF: configuration }), stdio: ['ignore', 'pipe', 'ignore'] };
    return execFileSync(command, options, settings).toString().trim();
  } catch {
    return null;
  }
}

async function until(what, isSo) {
  for (const end = Date.now() + PATIENCE; !isSo(); await sleep(50)) {
    if (Date.now() > end) throw new Error(`It took Slurm too long until ${what}`);
  }
}

/** Ends the daemons and jobs of a folder that start() has made, and removes it. */
async function stop(configuration) {
  const folder = dirname(configuration);
  if (!basename(folder).startsWith(PREFIX)) {
    throw new Error(`SLURM_CONF names no Slurm that this script has started: ${configuration}`);
  }
  const jobs = (ask(configuration, 'squeue', ['-h', '-o', '%A']) ?? '').split('\n').filter(Boolean);
  if (jobs.length > 0) {
    ask(configuration, 'scancel', jobs);
    await until('its jobs were over', () => !ask(configuration, 'squeue', ['-h']));
  }
  for (const name of ['slurmd', 'slurmctld', 'munged']) {
    const file = join(folder, `${name}.process`);
    const id = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    if (!runs(id, folder)) continue;
    process.kill(id);
    await until(`${name} was over`, () => !runs(id, folder));
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Whether a process is one of the folder's: its number may have gone to another. One that has ended has no arguments. */
function runs(id, folder) {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}

try {
  const [command] = process.argv.slice(2);
  if (command === 'start') console.log(`export SLURM_CONF='${await start()}'`);
  else if (command === 'stop') await stop(process.env.SLURM_CONF ?? '');
  else throw new Error('Say start or stop');
} catch (error) {
  console.error(error instanceof Unavailable ? `No Slurm: ${error.message}` : error);
  process.exitCode = error instanceof Unavailable ? 3 : 1;
}
