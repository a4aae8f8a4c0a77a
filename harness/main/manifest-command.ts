import { EXIT, Refusal } from './exit.ts';
import { type ManifestRow, manifestRow } from './foreign-head-end.ts';

export const MANIFEST_FORMATS = ['csv', 'json'] as const;

export interface ManifestFlags {
  readonly meters: number;
  readonly first: number;
  readonly columns?: string;
  readonly format: (typeof MANIFEST_FORMATS)[number];
}

/**
 * The meters as a head-end is loaded with them: who they are, their titles, the numbers of their
 * keys. Keys themselves are printed by `keys` alone. @throws Refusal for a column that there is not
 */
export function manifestCommand({ meters, first, columns, format }: ManifestFlags): string {
  const names = columnsOf(columns);
  const rows = Array.from({ length: meters }, (_, place) => manifestRow(first + place));
  if (format === 'json') {
    return JSON.stringify(
      rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))),
    );
  }
  return [names, ...rows.map((row) => names.map((name) => row[name]))]
    .map((cells) => cells.map(cellText).join(','))
    .join('\n');
}

function columnsOf(columns: string | undefined): readonly (keyof ManifestRow)[] {
  const known = Object.keys(manifestRow(0)) as (keyof ManifestRow)[];
  if (columns === undefined) return known;
  return columns.split(',').map((name) => {
    const found = known.find((one) => one === name.trim());
    if (found !== undefined) return found;
    throw new Refusal(EXIT.file, `--columns ${name}: there are ${known.join(', ')}`);
  });
}

/** RFC 4180, 2.6 and 2.7. */
function cellText(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
