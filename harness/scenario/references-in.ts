import { isRecord } from '../document/schema-mistakes.ts';
import type { Path } from '../document/yaml-text.ts';
import { isReference } from './value.ts';

/** Calls back for every `$reference` in a scenario as it is written, with its place. */
export function forEachReference(
  data: unknown,
  visit: (path: Path, written: string) => void,
  path: Path = [],
): void {
  if (isReference(data)) visit(path, data);
  else if (Array.isArray(data)) {
    for (const [index, item] of data.entries()) forEachReference(item, visit, [...path, index]);
  } else if (isRecord(data)) {
    for (const [key, item] of Object.entries(data)) forEachReference(item, visit, [...path, key]);
  }
}
