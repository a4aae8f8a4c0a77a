import path from 'node:path';
import type { Page } from 'playwright-core';

/**
 * Pictures of docs/ are made by the tests that look at the same pages:
 * `METERBENCH_FIGURES=write npm run vitest -- test/browser`.
 */
const WRITES = process.env['METERBENCH_FIGURES'] === 'write';

/** Keeps what the window shows now, when pictures are to be written. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (!WRITES) return;
  await page.screenshot({ path: path.join('docs', 'pictures', `${name}.png`) });
}
