import { describe, expect, test } from 'vitest';
import { CancelledError } from '../src/core/base/error';
import { Queue, type Turn } from '../src/queue';

/** A job that ends when it is told to, or with CancelledError when it is cancelled. */
function job(log: string[], name: string) {
  let finish: (value: string) => void = () => undefined;
  const run = ({ signal }: Turn): Promise<string> => {
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
    const queue = new Queue();
    const [a, b] = [job(log, 'a'), job(log, 'b')];
    const results = [queue.add(a.run, { topic: 'a' }), queue.add(b.run, { topic: 'b' })];
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
    const queue = new Queue();
    const [first, second] = [new AbortController(), new AbortController()];
    const a = job(log, 'a');
    const one = queue.add(a.run, { name: 'a', signal: first.signal });
    const two = queue.add(a.run, { name: 'a', signal: second.signal });
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
    const queue = new Queue();
    const [a, b, c] = [job(log, 'a'), job(log, 'b'), job(log, 'c')];
    void queue.add(a.run, { topic: 'a' });
    const waiting = queue.add(b.run, { topic: 'b' });
    const last = queue.add(c.run, { topic: 'c' });
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
    const queue = new Queue();
    const bad = queue.add(() => Promise.reject(new Error('bad')));
    const good = queue.add(() => Promise.resolve('good'));
    await expect(bad).rejects.toThrow('bad');
    expect(await good).toBe('good');
  });

  test('cancels all', async () => {
    const log: string[] = [];
    const queue = new Queue();
    const jobs = ['a', 'b'].map((name) => queue.add(job(log, name).run));
    await turns();
    queue.cancel();
    const ends = await Promise.allSettled(jobs);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(log).toEqual(['a begins', 'a cancelled']);
  });

  test('answers at once who leaves while it runs, and keeps its turn until it has wound down', async () => {
    const log: string[] = [];
    const queue = new Queue();
    const controller = new AbortController();
    let end: () => void = () => undefined;
    const slow = queue.add(() => new Promise<void>((resolve) => (end = resolve)), {
      ...{ name: 'a', topic: 'a', signal: controller.signal },
    });
    controller.abort();
    await expect(slow).rejects.toThrow(CancelledError);
    expect(queue.has('a')).toBe(false);
    const again = job(log, 'again');
    const next = queue.add(again.run, { name: 'a' });
    await turns();
    expect(log).toEqual([]);
    end();
    await turns();
    again.finish();
    expect(await next).toBe('again');
  });

  test('forgets at once what is left while it waits', async () => {
    const log: string[] = [];
    const queue = new Queue();
    const controller = new AbortController();
    const a = job(log, 'a');
    const first = queue.add(a.run);
    const waiting = queue.add(job(log, 'b').run, { topic: 'b', signal: controller.signal });
    expect(queue.has('b')).toBe(true);
    controller.abort();
    expect(queue.has('b')).toBe(false);
    await expect(waiting).rejects.toThrow(CancelledError);
    a.finish();
    await first;
    expect(log).toEqual(['a begins']);
  });

  test('has one job in each lane, in order, and some in the lane they ask for', async () => {
    const log: string[] = [];
    const queue = new Queue(2);
    const begun = (name: string) => async (turn: Turn) => {
      log.push(`${name} in ${turn.lane}`);
      await turns();
    };
    const jobs = [
      queue.add(begun('a')),
      queue.add(begun('b'), { lane: 0 }),
      queue.add(begun('c'), { lane: 1 }),
      queue.add(begun('d')),
    ];
    expect(log).toEqual(['a in 0', 'c in 1']);
    await Promise.all(jobs);
    expect(log).toEqual(['a in 0', 'c in 1', 'b in 0', 'd in 1']);
  });
});
