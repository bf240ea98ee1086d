/**
 * Waits until something holds and answers it.
 * @param what named in the error, with what the last try threw
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  seconds = 30,
): Promise<Exclude<T, false | null | undefined | ''>> {
  const end = Date.now() + seconds * 1000;
  let last = '';
  for (;;) {
    try {
      const answer = await ask();
      // What is left after the test is neither false, null, undefined nor ''.
      if (answer !== false && answer !== null && answer !== undefined && answer !== '')
        return answer as Exclude<T, false | null | undefined | ''>;
    } catch (error) {
      last = `: ${String(error)}`;
    }
    if (Date.now() > end) throw new Error(`${what} did not come within ${seconds} s${last}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
