/**
 * What happens when an error comes out where nobody can catch it: out of a stream's listener, or a
 * promise that nobody awaited. By default the process ends as our own fault; while a bench is live the
 * run takes over, so that it is taken back first.
 */
export type LastResort = (error: unknown) => void;

let present: LastResort | null = null;

/** Installs the default and keeps the process alive for a taker. Called once, by the command line. */
export function installLastResort(byDefault: LastResort): void {
  process.on('uncaughtException', (error) => (present ?? byDefault)(error));
  for (const stream of [process.stdout, process.stderr]) {
    // A reader that has gone (`| head`, a `tee` that Ctrl-C ended) is no reason to end a run.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Takes over until the returned function gives it back. */
export function takeLastResort(taker: LastResort): () => void {
  present = taker;
  return () => {
    present = null;
  };
}
