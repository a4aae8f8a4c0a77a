import { messageOf } from '../../devices/domain/error-text.ts';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, Refusal } from './exit.ts';

/** The project's own folders; scenarios and rigs are also found by their short names. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** The version in package.json. */
export function projectVersion(): string {
  const text = readFileSync(path.join(PROJECT, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

export interface TextFile {
  /** As it stands in plans and journals. */
  readonly name: string;
  readonly text: string;
  /** As the person named it, for messages. */
  readonly path: string;
}

/** Reads a text. @throws Refusal (file) that names it. */
export function readTextFile(file: string): TextFile {
  try {
    return { name: displayName(file), text: readFileSync(file, 'utf8'), path: shownPath(file) };
  } catch (error) {
    const what = messageOf(error);
    throw new Refusal(EXIT.file, `${file} cannot be read: ${what}`);
  }
}

/** A path for messages: short inside the project, else as it was named. */
function shownPath(file: string): string {
  const inside = path.relative(PROJECT, path.resolve(file));
  return inside.startsWith('..') || path.isAbsolute(inside) ? file : displayName(file);
}

/**
 * How a file is called in plans and journals: by its path in the project, and a foreign one by its
 * folder and name, however it was reached, so that one file gives one journal on every machine.
 */
export function displayName(file: string): string {
  const absolute = path.resolve(file);
  const inside = path.relative(PROJECT, absolute);
  const foreign = inside.startsWith('..') || path.isAbsolute(inside);
  const parts = (foreign ? absolute : inside).split(path.sep);
  return (foreign ? parts.slice(-2) : parts).join('/');
}

/**
 * Finds what a person named: a path, or a short name of something the project brings, such as
 * "acceptance" or "clock-sync/boundaries".
 * @throws Refusal (file) that lists what there is.
 */
export function findFile(named: string, folder: string, endings: readonly string[]): string {
  if (existsSync(named) && statSync(named).isFile()) return named;
  const home = path.join(PROJECT, folder);
  for (const ending of endings) {
    const candidate = path.join(home, `${named}${ending}`);
    if (existsSync(candidate)) return candidate;
  }
  const known = listFiles(folder, endings).map(({ short }) => short);
  throw new Refusal(EXIT.file, `${named} is no file and none of ${folder}/: ${known.join(', ')}`);
}

/** Everything in one of the project's folders with one of the endings, sorted; the first that fits names it. */
export function listFiles(
  folder: string,
  endings: readonly string[],
): readonly { readonly file: string; readonly short: string; readonly ending: string }[] {
  const home = path.join(PROJECT, folder);
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .map((entry) => entry.split(path.sep).join('/'))
    .sort()
    .flatMap((entry) => {
      const ending = endings.find((candidate) => entry.endsWith(candidate));
      if (ending === undefined) return [];
      return [{ file: path.join(home, entry), short: entry.slice(0, -ending.length), ending }];
    });
}
