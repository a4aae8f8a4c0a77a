import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** A lock of the operating system on a file: free again when its process is dead, however it died. */
export interface KernelLock {
  release(): void;
}

/** Whoever only looks whether a lock is held has it for less than this. */
const PATIENCE_MS = 20;

/**
 * Takes a lock at once or not at all. SQLite does the locking on every platform (fcntl, LockFileEx);
 * the file itself stays empty.
 * @returns null when another process, or another part of this one, has it
 */
export function tryKernelLock(path: string): KernelLock | null {
  const database = new DatabaseSync(path, { timeout: PATIENCE_MS });
  try {
    database.exec('BEGIN EXCLUSIVE');
    shareWithAll(path);
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
  return { release: () => database.close() };
}

/** Whoever comes next may be another user, and takes the same lock. */
function shareWithAll(path: string): void {
  try {
    chmodSync(path, 0o666);
  } catch {
    // It is another user's, who has shared it already.
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /locked|busy/i.test(error.message);
}
