import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { CleanRun } from './clean-run.ts';
import type { SelftestResult, SelftestTask } from './worker.ts';

/** Threads that run cases side by side: a run in simulated time knows nothing of the others. */
export class SelftestPool {
  readonly threads = os.availableParallelism();
  readonly #pool = new Piscina<SelftestTask, SelftestResult>({
    // The worker is found beside this file, whatever its ending is.
    filename: fileURLToPath(new URL(`./worker${endingOf(import.meta.url)}`, import.meta.url)),
    minThreads: this.threads,
    maxThreads: this.threads,
    // With the default the event loop of a worker stops between tasks.
    atomics: 'disabled',
  });

  run(task: SelftestTask): Promise<SelftestResult> {
    return this.#pool.run(task);
  }

  /** The clean run with the rules that each case asks. */
  async record(target: string, seed: number): Promise<CleanRun> {
    const recorded: unknown = await this.#pool.run(
      { target, seed, defect: null, cases: [] },
      { name: 'record' },
    );
    return recorded as CleanRun;
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

function endingOf(url: string): string {
  return url.slice(url.lastIndexOf('.'));
}
