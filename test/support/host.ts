import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HostMethods } from '../../src/protocol';
import { connect, type Connection, portOf } from '../../src/rpc';

/** Where the bundles lie. */
export const DIST = join(import.meta.dirname, '../../dist');

/** The analysis host as it ships. @param folder where the bundles lie */
export function startHost(folder = DIST): Connection<HostMethods> {
  const worker = new Worker(join(folder, 'host.cjs'));
  return connect<HostMethods>(portOf(worker));
}
