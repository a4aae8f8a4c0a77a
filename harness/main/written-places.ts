import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { driverReference, timeToSafeTable } from './driver-reference.ts';
import { PROJECT } from './files.ts';

/** Parts of documents that are written from the code, each between its marks. */
export const WRITTEN_PLACES: readonly {
  /** In the project. */
  readonly file: string;
  readonly place: string;
  readonly generate: () => string;
}[] = [
  { file: 'docs/bench.md', place: 'drivers', generate: driverReference },
  { file: 'docs/safety.md', place: 'time to safe', generate: timeToSafeTable },
];

/** Writes all of them anew. */
export function writePlaces(): void {
  for (const { file, place, generate } of WRITTEN_PLACES) {
    const document = path.join(PROJECT, file);
    writeFileSync(document, withPlace(readFileSync(document, 'utf8'), place, generate()));
  }
}

/** A document with another text between the marks of a place. @throws for one that has no such place */
export function withPlace(document: string, place: string, text: string): string {
  const [begin, end] = [`<!-- ${place} -->`, `<!-- end of ${place} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`there is no place for ${place}`);
  return `${document.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${document.slice(to)}`;
}
