import { EventEmitter, once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { CancelledError, InputError } from '../src/core/base/error';
import {
  type CallContext,
  connect,
  type Handlers,
  type Method,
  portOf,
  RemoteError,
  serve,
} from '../src/rpc';

interface Methods {
  add: Method<readonly [number, number], number>;
  count: Method<number, string, number>;
  fail: Method<'input' | 'fault' | 'cancelled' | 'text', null>;
  wait: Method<null, null>;
  bytes: Method<number, Uint8Array<ArrayBuffer>>;
  unsendable: Method<null, unknown>;
}

const given: ArrayBuffer[] = [];

const handlers: Handlers<Methods> = {
  add: ([a, b]) => a + b,
  count: (to, { emit }) => {
    for (let i = 1; i <= to; i++) emit(i);
    return `counted to ${to}`;
  },
  fail: (kind) => {
    if (kind === 'input') throw new InputError('a.ckpt', 'is cut off', 'Copy it again', 'data');
    if (kind === 'cancelled') throw new CancelledError();
    // A library may throw what is no Error.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (kind === 'text') throw 'only text';
    throw new TypeError('a fault');
  },
  wait: (_, { signal }) => untilAborted(signal),
  bytes: (length, { transfer }) => {
    const bytes = new Uint8Array(length).fill(7);
    given.push(bytes.buffer);
    transfer(bytes.buffer);
    return bytes;
  },
  unsendable: () => () => 'a function is no plain data',
};

function untilAborted(signal: CallContext<never>['signal']): Promise<null> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new CancelledError());
    });
  });
}

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const close of cleanUp.splice(0)) close();
});

function pair() {
  const { port1, port2 } = new MessageChannel();
  const server = serve<Methods, string>(portOf(port2), handlers);
  const connection = connect<Methods, string>(portOf(port1));
  cleanUp.push(() => {
    connection.close();
  });
  return { connection, server, raw: port1 };
}

describe('calls', () => {
  test('are answered, several at a time', async () => {
    const { connection } = pair();
    const sums = await Promise.all([connection.call('add', [1, 2]), connection.call('add', [3, 4])]);
    expect(sums).toEqual([3, 7]);
  });

  test('tell events in order, before their result', async () => {
    const { connection } = pair();
    const events: number[] = [];
    const result = await connection.call('count', 3, { onEvent: (event) => events.push(event) });
    expect([events, result]).toEqual([[1, 2, 3], 'counted to 3']);
  });

  test('give buffers away where asked to', async () => {
    const { connection } = pair();
    const bytes = await connection.call('bytes', 5);
    expect(bytes).toEqual(new Uint8Array(5).fill(7));
    expect(given.at(-1)?.byteLength).toBe(0);
  });
});

describe('failures', () => {
  test.each([
    ['input', InputError, 'a.ckpt: is cut off. Copy it again'],
    ['cancelled', CancelledError, 'Cancelled'],
    ['fault', RemoteError, 'a fault'],
    ['text', RemoteError, 'only text'],
  ] as const)('%s arrives as %o', async (cause, type, message) => {
    const error: unknown = await pair()
      .connection.call('fail', cause)
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(type);
    expect(error).toHaveProperty('message', message);
  });

  test('keep all they say and their stack through a side that passes them on', async () => {
    const inner = pair().connection;
    const { port1, port2 } = new MessageChannel();
    serve<Methods>(portOf(port2), { ...handlers, fail: (kind) => inner.call('fail', kind) });
    const outer = connect<Methods>(portOf(port1));
    cleanUp.push(() => {
      outer.close();
    });
    const error: unknown = await outer.call('fail', 'input').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({
      ...{ where: 'a.ckpt', problem: 'is cut off', remedy: 'Copy it again', about: 'data' },
      stack: expect.stringMatching(/ at (Object\.)?fail .*rpc\.test\.ts/) as string,
    });
  });

  test('an answer that cannot be sent fails the call instead of leaving it open', async () => {
    await expect(pair().connection.call('unsendable', null)).rejects.toThrow(RemoteError);
  });

  test('a member every object has is no method', async () => {
    const { connection } = pair();
    await expect(connection.call('toString' as 'wait', null)).rejects.toThrow('no method "toString"');
  });

  test('messages that are none are passed over', async () => {
    const { connection, raw } = pair();
    for (const message of [null, 7, 'call', {}, { type: 'call' }, { type: 'call', id: '1', name: 'add' }])
      raw.postMessage(message);
    expect(await connection.call('add', [1, 1])).toBe(2);
  });
});

describe('cancellation', () => {
  test('reaches the handler, and the call ends when it has stopped', async () => {
    const { connection } = pair();
    const controller = new AbortController();
    const waiting = connection.call('wait', null, { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toThrow(CancelledError);
  });

  test('before the call begins nothing is sent', async () => {
    const call = pair().connection.call('add', [1, 2], { signal: AbortSignal.abort() });
    await expect(call).rejects.toThrow(CancelledError);
  });
});

describe('closing', () => {
  test('fails what is under way and what comes later, for the reason given', async () => {
    const { connection } = pair();
    const waiting = connection.call('wait', null);
    connection.close(new Error('the worker died'));
    await expect(waiting).rejects.toThrow('the worker died');
    await expect(connection.call('add', [1, 2])).rejects.toThrow('the worker died');
  });

  test('the server stops what it was doing', async () => {
    const { port1, port2 } = new MessageChannel();
    const happened = new EventEmitter();
    const server = serve<Methods>(portOf(port2), {
      ...handlers,
      wait: (_, { signal }) => {
        signal.addEventListener('abort', () => happened.emit('aborted'));
        happened.emit('started');
        return untilAborted(signal);
      },
    });
    const connection = connect<Methods>(portOf(port1));
    const started = once(happened, 'started');
    const waiting = connection.call('wait', null).catch(() => undefined);
    await started;
    const aborted = once(happened, 'aborted');
    server.close();
    await aborted;
    connection.close();
    await waiting;
  });
});

test('notices arrive without a call', async () => {
  const { connection, server } = pair();
  const notices: string[] = [];
  connection.onNotice((notice) => notices.push(notice));
  server.notify('changed');
  await connection.call('add', [0, 0]);
  expect(notices).toEqual(['changed']);
});
