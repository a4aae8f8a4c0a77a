import type { DurableStore } from './sqlite-store.ts';

/**
 * A store on a slow disk: each commit takes so much longer. The process waits for it as it waits for a
 * real disk, in the middle of its turn, so that a kill finds work that was done and is not durable.
 * @returns the store itself when there is nothing to wait for
 */
export function onSlowDisk(store: DurableStore, commitDelayMs: number): DurableStore {
  if (commitDelayMs === 0) return store;
  const nobodyWakes = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  return {
    ...store,
    commit: () => {
      Atomics.wait(nobodyWakes, 0, 0, commitDelayMs);
      store.commit();
    },
  };
}
