/** Fetching what is shown, so that an older answer never stands over a newer one. */

/**
 * The same work, one at a time: asked for again while it runs, it runs once more afterwards.
 * @param {() => Promise<void>} work
 * @returns {() => Promise<void>} settles when nothing is left to do
 */
export function oneAtATime(work) {
  let running = null;
  let again = false;
  const all = async () => {
    try {
      do {
        again = false;
        await work();
      } while (again);
    } finally {
      running = null; // in the same turn as the last look at `again`, so that no call comes between the two
    }
  };
  return () => {
    again = true;
    running ??= all();
    return running;
  };
}
