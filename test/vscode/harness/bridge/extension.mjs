// Calls functions that a test sends, inside the extension host. Listens on a socket inside the test's own profile.
import { once } from 'node:events';
import { createServer } from 'node:net';
import * as vscode from 'vscode';

export async function activate({ subscriptions }) {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    void answer(socket);
  });
  server.listen(process.env.MODSCOPE_TEST_BRIDGE);
  subscriptions.push({ dispose: () => server.close() });
  await once(server, 'listening');
}

async function answer(socket) {
  try {
    const { source, argument } = JSON.parse(await received(socket));
    const value = await (0, eval)(`(${source})`)(vscode, argument);
    socket.end(JSON.stringify({ value: value ?? null }));
  } catch (error) {
    socket.end(JSON.stringify({ error: String(error?.stack ?? error) }));
  }
}

/** All that comes before the other end is done. node:stream/consumers would close the socket with it in older Nodes. */
function received(socket) {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part) => (text += part));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}
