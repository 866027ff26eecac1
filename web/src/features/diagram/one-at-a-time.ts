/** Runs one piece of work at a time; of what is asked for meanwhile, only the newest follows. So a reply that draws faster than ELK lays out
 * is shown as far as it is laid out, not only at its end. */
export function oneAtATime(): (work: () => Promise<void>) => void {
  let busy = false;
  let next: (() => Promise<void>) | null = null;
  const run = async (work: () => Promise<void>): Promise<void> => {
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
      const newest = next;
      next = null;
      if (newest) void run(newest);
    }
  };
  return (work) => {
    if (busy) next = work;
    else void run(work);
  };
}
