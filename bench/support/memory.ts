/** Follows the most memory that the process holds, threads included, until it is stopped. @returns bytes */
export function watchMemory(): { stop: () => number } {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 100);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}
