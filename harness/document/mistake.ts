import { codeFrameColumns } from '@babel/code-frame';
import { closest, distance } from 'fastest-levenshtein';

/** Where something stands in a text, both counted from 1; the end is exclusive. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One thing wrong with a file that a person wrote. */
export interface Mistake {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What could stand there instead; empty when that is no list. */
  readonly allowed: readonly string[];
  /** The allowed word that was probably meant. */
  readonly suggestion: string | null;
  /** The lines around, with a marker. */
  readonly frame: string;
}

export type Loaded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** Makes a mistake with its code frame; `wrote` is compared with `allowed` for a did-you-mean. */
export function mistakeAt(
  file: string,
  text: string,
  span: Span,
  message: string,
  allowed: readonly string[] = [],
  wrote: string | null = null,
): Mistake {
  const frame = codeFrameColumns(
    text,
    {
      start: { line: span.line, column: span.column },
      end: { line: span.endLine, column: span.endColumn },
    },
    { linesAbove: 1, linesBelow: 1 },
  );
  const suggestion = wrote === null ? null : suggest(wrote, allowed);
  return { file, line: span.line, column: span.column, message, allowed, suggestion, frame };
}

/** The allowed word nearest to what was written, or null when none is near. */
export function suggest(wrote: string, allowed: readonly string[]): string | null {
  if (allowed.length === 0) return null;
  const nearest = closest(wrote, allowed);
  const limit = Math.max(2, Math.floor(wrote.length / 3));
  return distance(wrote.toLowerCase(), nearest.toLowerCase()) <= limit ? nearest : null;
}

/** In the order of the file; a mistake that is told twice at one place is told once. */
export function inOrder(mistakes: readonly Mistake[]): readonly Mistake[] {
  const seen = new Set<string>();
  return mistakes
    .filter((mistake) => {
      const key = `${mistake.line}:${mistake.column}:${mistake.message}`;
      return seen.has(key) ? false : seen.add(key);
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** More words than this are no help: the nearest ones are. */
const WORDS_SHOWN = 24;

function allowedText({ allowed, suggestion }: Mistake): string {
  if (allowed.length <= WORDS_SHOWN) return allowed.join(', ');
  const near = suggestion ?? allowed[0] ?? '';
  const nearest = [...allowed].sort((a, b) => distance(a, near) - distance(b, near));
  return `${nearest.slice(0, WORDS_SHOWN / 3).join(', ')} and ${allowed.length - WORDS_SHOWN / 3} more`;
}

/** Writes mistakes for people: place, what is wrong, what is allowed, what was probably meant. */
export function formatMistakes(mistakes: readonly Mistake[]): string {
  const parts = mistakes.map((mistake) => {
    const lines = [`${mistake.file}:${mistake.line}:${mistake.column}: ${mistake.message}`];
    if (mistake.suggestion !== null) lines.push(`  did you mean ${mistake.suggestion}?`);
    if (mistake.allowed.length > 0) lines.push(`  allowed: ${allowedText(mistake)}`);
    return `${lines.join('\n')}\n${mistake.frame}`;
  });
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
  return `${parts.join('\n\n')}\n\n${count}`;
}
