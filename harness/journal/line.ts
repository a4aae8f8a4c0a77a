import type { Entry } from './entry.ts';

/**
 * One entry as the text of its line, without the line feed. The order of the keys is fixed (place and
 * time first, then the body in alphabetical order, the chain last), so that equal entries are equal bytes.
 * @throws TypeError when a number is not finite: JSON would write null and the measurement be lost.
 */
export function lineOf(entry: Entry): string {
  const { seq, atNs, clock, wall, fence, kind, prev, ...body } = entry;
  return JSON.stringify({
    seq,
    atNs: ordered(atNs, 'atNs'),
    clock,
    wall,
    fence,
    kind,
    ...(ordered(body, kind) as object),
    prev,
  });
}

function ordered(value: unknown, path: string): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`a journal holds finite numbers only, but ${path} is ${value}`);
  }
  if (Array.isArray(value)) return value.map((item, index) => ordered(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort();
  const fields = value as Record<string, unknown>;
  return Object.fromEntries(names.map((name) => [name, ordered(fields[name], `${path}.${name}`)]));
}
