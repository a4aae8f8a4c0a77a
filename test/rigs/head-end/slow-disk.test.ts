import { expect, test } from 'vitest';
import { onSlowDisk } from '../../../rigs/head-end/slow-disk.ts';
import { openSqliteStore } from '../../../rigs/head-end/sqlite-store.ts';

const DELAY_MS = 40;

test('a commit on a slow disk takes so much longer, and stores the same', () => {
  const store = openSqliteStore(':memory:');
  let committed = 0;
  const slow = onSlowDisk({ ...store, commit: () => committed++ }, DELAY_MS);
  const beganMs = performance.now();
  slow.commit();
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(DELAY_MS - 1);
  expect(committed).toBe(1);
  store.close();
});

test('without a delay the store is itself', () => {
  const store = openSqliteStore(':memory:');
  expect(onSlowDisk(store, 0)).toBe(store);
  store.close();
});
