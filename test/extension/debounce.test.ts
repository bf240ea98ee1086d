import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Debounce, type Stamp } from '../../src/extension/model/debounce';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A file of which the test says how it is. */
function watched() {
  const file = { stamp: null as Stamp | null, opens: true };
  const ready: string[] = [];
  let opened = 0;
  const debounce = new Debounce({
    interval: 100,
    patience: 3,
    stat: () => Promise.resolve(file.stamp),
    opens: () => {
      opened++;
      return Promise.resolve(file.opens);
    },
    ready: (path) => ready.push(path),
  });
  return { file, ready, debounce, opened: () => opened };
}

describe('Debounce', () => {
  test('is ready once, however often a change is reported', async () => {
    const { file, ready, debounce } = watched();
    file.stamp = { size: 10, mtimeMs: 1 };
    for (let i = 0; i < 5; i++) debounce.touch('a');
    await vi.advanceTimersByTimeAsync(1000);
    expect(ready).toEqual(['a']);
  });

  test('waits while the file grows', async () => {
    const { file, ready, debounce, opened } = watched();
    for (let size = 1; size <= 6; size++) {
      file.stamp = { size, mtimeMs: size };
      if (size === 1) debounce.touch('a'); // later changes may not be reported
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(opened()).toBe(0);
    await vi.advanceTimersByTimeAsync(100);
    expect(ready).toEqual(['a']);
  });

  test('waits for a file that stands still and does not open yet', async () => {
    const { file, ready, debounce } = watched();
    file.stamp = { size: 10, mtimeMs: 1 };
    file.opens = false;
    debounce.touch('a');
    await vi.advanceTimersByTimeAsync(300);
    expect(ready).toEqual([]);
    file.opens = true;
    await vi.advanceTimersByTimeAsync(100);
    expect(ready).toEqual(['a']);
  });

  test('gives up what never opens, until it changes again', async () => {
    const { file, ready, debounce, opened } = watched();
    file.stamp = { size: 10, mtimeMs: 1 };
    file.opens = false;
    debounce.touch('a');
    await vi.advanceTimersByTimeAsync(10_000);
    const looks = opened();
    expect(looks).toBeLessThan(6);
    expect(vi.getTimerCount()).toBe(0);
    file.opens = true;
    file.stamp = { size: 11, mtimeMs: 2 };
    debounce.touch('a');
    await vi.advanceTimersByTimeAsync(200);
    expect(ready).toEqual(['a']);
  });

  test('forgets a file that is gone, and never takes an empty one', async () => {
    const { file, ready, debounce, opened } = watched();
    debounce.touch('a');
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(0);
    file.stamp = { size: 0, mtimeMs: 1 };
    debounce.touch('a');
    await vi.advanceTimersByTimeAsync(1000);
    expect(opened()).toBe(0);
    expect(ready).toEqual([]);
  });

  test('does nothing once it is disposed', async () => {
    const { file, ready, debounce } = watched();
    file.stamp = { size: 10, mtimeMs: 1 };
    debounce.touch('a');
    debounce.dispose();
    await vi.advanceTimersByTimeAsync(1000);
    expect(ready).toEqual([]);
  });
});
