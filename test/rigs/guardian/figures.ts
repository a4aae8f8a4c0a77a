import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withPlace } from '../../../harness/main/written-places.ts';

/**
 * Figures of docs/safety.md that the fault tests measure. They are written when METERBENCH_FIGURES
 * says so, each into its own marked place, so that the document tells what was really seen.
 */
const DOCUMENT = fileURLToPath(new URL('../../../docs/safety.md', import.meta.url));

/** Puts a text between the marks of a place; does nothing unless figures are asked for. */
export function writeFigures(place: string, text: string): void {
  if (process.env['METERBENCH_FIGURES'] !== 'write' || !existsSync(DOCUMENT)) return;
  writeFileSync(DOCUMENT, withPlace(readFileSync(DOCUMENT, 'utf8'), place, text));
}

/** Least, middle and greatest of some times, ms. */
export function spread(valuesMs: readonly number[]): string {
  const sorted = valuesMs.toSorted((one, other) => one - other);
  const at = (share: number): string =>
    (sorted[Math.round(share * (sorted.length - 1))] ?? 0).toFixed(0);
  return `${at(0)} ms at best, ${at(0.5)} ms in the middle, ${at(1)} ms at worst of ${sorted.length}`;
}
