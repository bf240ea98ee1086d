import { describe, expect, test } from 'vitest';
import { CancelledError } from '../../src/core/base/error';
import { Queue } from '../../src/extension/model/queue';

const key = (name: string) => ({ path: name, name });

/** A job that ends when it is told to, or with CancelledError when it is cancelled. */
function job(log: string[], name: string) {
  let finish: (value: string) => void = () => undefined;
  const run = (signal: AbortSignal): Promise<string> => {
    log.push(`${name} begins`);
    return new Promise((resolve, reject) => {
      finish = resolve;
      signal.addEventListener('abort', () => {
        log.push(`${name} cancelled`);
        reject(new CancelledError());
      });
    });
  };
  return {
    run,
    finish: () => {
      finish(name);
    },
  };
}

const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('Queue', () => {
  test('runs one job after the other', async () => {
    const log: string[] = [];
    const queue = new Queue<string>();
    const [a, b] = [job(log, 'a'), job(log, 'b')];
    const results = [queue.add(key('a'), a.run), queue.add(key('b'), b.run)];
    await turns();
    expect(log).toEqual(['a begins']);
    a.finish();
    await turns();
    expect(log).toEqual(['a begins', 'b begins']);
    b.finish();
    expect(await Promise.all(results)).toEqual(['a', 'b']);
  });

  test('shares a job that is wanted twice, until the last one leaves', async () => {
    const log: string[] = [];
    const queue = new Queue<string>();
    const [first, second] = [new AbortController(), new AbortController()];
    const a = job(log, 'a');
    const one = queue.add(key('a'), a.run, first.signal);
    const two = queue.add(key('a'), a.run, second.signal);
    await turns();
    first.abort();
    await expect(one).rejects.toThrow(CancelledError);
    expect(log).toEqual(['a begins']);
    second.abort();
    await expect(two).rejects.toThrow(CancelledError);
    expect(log).toEqual(['a begins', 'a cancelled']);
  });

  test('does not begin what was cancelled while it waited, and goes on', async () => {
    const log: string[] = [];
    const queue = new Queue<string>();
    const [a, b, c] = [job(log, 'a'), job(log, 'b'), job(log, 'c')];
    void queue.add(key('a'), a.run);
    const waiting = queue.add(key('b'), b.run);
    const last = queue.add(key('c'), c.run);
    await turns();
    queue.cancel('b');
    a.finish();
    await expect(waiting).rejects.toThrow(CancelledError);
    expect(queue.has('b')).toBe(false);
    await turns();
    c.finish();
    expect(await last).toBe('c');
    expect(log).toEqual(['a begins', 'c begins']);
  });

  test('goes on after a failure', async () => {
    const queue = new Queue<string>();
    const bad = queue.add(key('a'), () => Promise.reject(new Error('bad')));
    const good = queue.add(key('b'), () => Promise.resolve('good'));
    await expect(bad).rejects.toThrow('bad');
    expect(await good).toBe('good');
  });

  test('cancels all', async () => {
    const log: string[] = [];
    const queue = new Queue<string>();
    const jobs = ['a', 'b'].map((name) => queue.add(key(name), job(log, name).run));
    await turns();
    queue.cancel();
    const ends = await Promise.allSettled(jobs);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(log).toEqual(['a begins', 'a cancelled']);
  });
});
