/**
 * Comes back to where the page was scrolled, and tells where it is. The page grows while its matrices come, so it is
 * scrolled again until it is long enough, or the user has taken over.
 * @param top to come back to, in pixels
 */
export function followScroll(page: Element, top: number, onRest: (top: number) => void): void {
  const given = new AbortController();
  const growth = new ResizeObserver(() => {
    scrollTo(0, top);
    if (scrollY >= top - 1) given.abort();
  });
  given.signal.addEventListener('abort', () => {
    growth.disconnect();
    addEventListener('scrollend', () => {
      onRest(scrollY);
    });
  });
  for (const type of ['wheel', 'pointerdown', 'keydown'])
    addEventListener(
      type,
      () => {
        given.abort();
      },
      { signal: given.signal, passive: true },
    );
  growth.observe(page);
}
