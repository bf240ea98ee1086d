import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type * as vscode from 'vscode';
import { zipSync } from 'fflate';
import { install, type Profile } from './profile';

const BRIDGE = join(import.meta.dirname, 'bridge');

/** Installs the extension through which tests reach into the extension host. */
export async function installBridge(profile: Profile): Promise<void> {
  const read = (name: string): Promise<Buffer> => readFile(join(BRIDGE, name));
  const vsix = join(profile.root, 'bridge.vsix');
  const archive = zipSync({
    'extension/package.json': await read('package.json'),
    'extension/extension.mjs': await read('extension.mjs'),
  });
  await writeFile(vsix, archive);
  await install(profile, vsix);
  await rm(vsix);
}

/**
 * Calls a function inside the extension host. It is sent as its source text, so it may use nothing but its parameters.
 * @returns its answer, through JSON
 */
export async function callInHost<A, T>(
  { socket }: Profile,
  run: (api: typeof vscode, argument: A) => T | Thenable<T>,
  argument: A,
): Promise<T> {
  const connection = connect(socket);
  await once(connection, 'connect');
  connection.end(JSON.stringify({ source: String(run), argument }));
  // The bridge answers with one of these two.
  const answer = JSON.parse(await text(connection)) as { value: T } | { error: string };
  if ('error' in answer) throw new Error(`in the extension host: ${answer.error}`);
  return answer.value;
}
