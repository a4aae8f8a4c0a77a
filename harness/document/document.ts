import type { z } from 'zod';
import { inOrder } from './mistake.ts';
import type { Loaded, Mistake } from './mistake.ts';
import { schemaMistakes } from './schema-mistakes.ts';
import { parseYaml } from './yaml-text.ts';
import type { YamlText } from './yaml-text.ts';

/** A file that may have mistakes: what can be read of it is read all the same. */
export interface CheckedText {
  readonly yaml: YamlText;
  /** Mistakes of grammar and schema. */
  readonly mistakes: readonly Mistake[];
  /** Leaves out what only follows from a broken grammar; in the order of the file. */
  trusted(mistakes: readonly Mistake[]): readonly Mistake[];
}

/** Parses a text and compares it with its schema. */
export function checkText(file: string, text: string, schema: z.ZodType): CheckedText {
  const yaml = parseYaml(file, text);
  // What stands behind a broken line, and what seems to be missing because of it, is not told.
  const trusted = (mistakes: readonly Mistake[]): readonly Mistake[] =>
    inOrder(
      mistakes.filter(
        (mistake) =>
          mistake.line < yaml.brokenFromLine &&
          (yaml.brokenFromLine === Number.POSITIVE_INFINITY || !/is missing/.test(mistake.message)),
      ),
    );
  const mistakes = [...yaml.mistakes, ...trusted(schemaMistakes(yaml, schema))];
  return { yaml, mistakes, trusted };
}

/**
 * Loads a YAML file whose schema says all that is to be said about it (a suite, a rig, a profile).
 * @returns the value, or all mistakes in the order of the file.
 */
export function loadDocument<T>(file: string, text: string, schema: z.ZodType<T>): Loaded<T> {
  const { yaml, mistakes } = checkText(file, text, schema);
  if (mistakes.length > 0) return { ok: false, mistakes: inOrder(mistakes) };
  return { ok: true, value: schema.parse(yaml.data) };
}
