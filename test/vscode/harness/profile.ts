import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CODE_SERVER, NODE } from './paths';

/** All that one VS Code keeps, in one temporary folder. */
export interface Profile {
  readonly root: string;
  readonly userData: string;
  readonly extensions: string;
  /** Where the bridge listens. */
  readonly socket: string;
  readonly flags: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Quiet, still, and without network; the rest is as users have it. */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.commandPalette.preserveInput': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'git.enabled': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'files.simpleDialog.enable': true,
  'window.confirmBeforeClose': 'never',
  'editor.accessibilitySupport': 'off',
  'modscope.nulls': { untrained: 5 }, // as the command line has by default, and not the hundred that every test would wait for
};

export async function makeProfile(settings: Readonly<Record<string, unknown>>): Promise<Profile> {
  const root = await mkdtemp(join(tmpdir(), 'vsc-')); // short: the path of a socket has at most 107 bytes
  const at = (name: string): string => join(root, name);
  for (const folder of ['user/User', 'extensions', 'home', 'run'])
    await mkdir(at(folder), { recursive: true });
  await writeFile(at('config.yaml'), '{}\n');
  await writeFile(at('user/User/settings.json'), JSON.stringify({ ...SETTINGS, ...settings }));
  return {
    root,
    userData: at('user'),
    extensions: at('extensions'),
    socket: at('bridge'),
    flags: [
      '--config',
      at('config.yaml'),
      '--user-data-dir',
      at('user'),
      '--extensions-dir',
      at('extensions'),
    ],
    environment: {
      ...Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !/^(VSCODE_|CODE_SERVER_|VITEST|NODE_)/.test(name)),
      ),
      HOME: at('home'),
      XDG_RUNTIME_DIR: at('run'),
      EXTENSIONS_GALLERY: '{}', // or it asks a marketplace at start
      MODSCOPE_TEST_BRIDGE: at('bridge'),
    },
  };
}

export async function install(profile: Profile, vsix: string): Promise<void> {
  const args = [CODE_SERVER, ...profile.flags, '--install-extension', vsix];
  const { stdout, stderr } = await promisify(execFile)(NODE, args, { env: profile.environment });
  if (!stdout.includes('was successfully installed')) throw new Error(`${stdout}${stderr}`);
}
