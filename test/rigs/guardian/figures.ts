import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Figures of docs/safety.md that the fault tests measure. They are written when METERBENCH_FIGURES
 * says so, each into its own marked place, so that the document tells what was really seen.
 */
const DOCUMENT = fileURLToPath(new URL('../../../docs/safety.md', import.meta.url));

/** Puts a text between the marks of a place; does nothing unless figures are asked for. */
export function writeFigures(place: string, text: string): void {
  if (process.env['METERBENCH_FIGURES'] !== 'write' || !existsSync(DOCUMENT)) return;
  const document = readFileSync(DOCUMENT, 'utf8');
  const [begin, end] = [`<!-- ${place} -->`, `<!-- end of ${place} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < 0) throw new Error(`docs/safety.md has no place for ${place}`);
  const before = document.slice(0, from + begin.length);
  writeFileSync(DOCUMENT, `${before}\n\n${text.trim()}\n\n${document.slice(to)}`);
}

/** Least, middle and greatest of some times, ms. */
export function spread(valuesMs: readonly number[]): string {
  const sorted = valuesMs.toSorted((one, other) => one - other);
  const at = (share: number): string =>
    (sorted[Math.round(share * (sorted.length - 1))] ?? 0).toFixed(0);
  return `${at(0)} ms at best, ${at(0.5)} ms in the middle, ${at(1)} ms at worst of ${sorted.length}`;
}
