/** Controls, and what turns the direction of writing. */
const HIDDEN = /[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * The same plain data with the control characters of every text written out, e.g. \u{1b}: a name
 * from a file or an instrument must not move the cursor, change colours or forge a line.
 */
export function allVisible<T>(value: T): T {
  return made(value) as T;
}

function made(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(made);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, made(item)]));
}

function visible(text: string): string {
  return text.replace(HIDDEN, (hidden) => `\\u{${hidden.codePointAt(0)?.toString(16) ?? ''}}`);
}
