import { z } from 'zod';
import { mistakeAt, suggest } from './mistake.ts';
import type { Mistake } from './mistake.ts';
import { keysAt, keysOfAlternatives, schemaAt } from './schema-walk.ts';
import type { Path, YamlText } from './yaml-text.ts';

type Issue = z.core.$ZodIssue;

/**
 * All that a schema objects to in one part of a file, told at the part's own place.
 * @param path where in the file the part stands.
 */
export function schemaMistakes(yaml: YamlText, schema: z.ZodType, path: Path = []): Mistake[] {
  const data = dataAt(yaml.data, path);
  // The empty text marks a message that no schema of ours has worded.
  const result = schema.safeParse(data, { error: () => '' });
  if (result.success) return [];
  const misspelt = misspeltKeys(schema, data, result.error.issues);
  return result.error.issues
    .filter((issue) => dataAt(data, issue.path) !== undefined || !misspelt.has(place(issue.path)))
    .flatMap((issue) => mistakesOf(yaml, schema, data, path, issue));
}

/** Keys that are there under a wrong spelling: to call them missing too would count one slip twice. */
function misspeltKeys(schema: z.ZodType, data: unknown, issues: readonly Issue[]): Set<string> {
  const found = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const value = dataAt(data, issue.path);
    const allowed = keysAt(schema, issue.path, data).filter((key) => !has(value, key));
    for (const key of issue.keys) {
      const meant = suggest(key, allowed);
      if (meant !== null) found.add(place([...issue.path, meant]));
    }
  }
  return found;
}

function place(path: Path): string {
  return path.map(String).join('/');
}

function mistakesOf(
  yaml: YamlText,
  schema: z.ZodType,
  data: unknown,
  path: Path,
  issue: Issue,
): Mistake[] {
  const at = [...path, ...issue.path];
  const value = dataAt(data, issue.path);
  const tell = (message: string, allowed: readonly string[] = [], wrote: string | null = null) => [
    mistakeAt(yaml.file, yaml.text, yaml.valueSpan(at), message, allowed, wrote),
  ];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = keysAt(schema, issue.path, data).filter((key) => !has(value, key));
      return issue.keys.map((key) =>
        mistakeAt(
          yaml.file,
          yaml.text,
          yaml.keySpan([...at, key]),
          `unknown key ${key}`,
          allowed,
          key,
        ),
      );
    }
    case 'invalid_type':
      if (value === undefined) return [missing(yaml, at, issue.message)];
      return tell(issue.message || `${shown(value)} stands where ${named(issue.expected)} must`);
    case 'invalid_value':
      if (value === undefined) return [missing(yaml, at, `one of ${issue.values.join(', ')}`)];
      return tell(
        issue.message || `${shown(value)} is not allowed here`,
        issue.values.map(String),
        wordOf(value),
      );
    case 'invalid_union':
      return unionMistakes(yaml, schema, data, path, issue);
    case 'invalid_key': {
      const key = String(issue.path.at(-1));
      const message = issue.issues.find((inner) => inner.message !== '')?.message;
      return [
        mistakeAt(
          yaml.file,
          yaml.text,
          yaml.keySpan(at),
          message ?? `${key} cannot be a name here`,
        ),
      ];
    }
    case 'too_small':
      return tell(issue.message || `at least ${String(issue.minimum)} wanted`);
    case 'too_big':
      return tell(issue.message || `at most ${String(issue.maximum)} allowed`);
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'custom':
      return tell(issue.message || `${shown(value)} is not allowed here`);
  }
}

function unionMistakes(
  yaml: YamlText,
  schema: z.ZodType,
  data: unknown,
  path: Path,
  issue: z.core.$ZodIssueInvalidUnion,
): Mistake[] {
  const at = [...path, ...issue.path];
  const value = dataAt(data, issue.path);
  if (issue.discriminator !== undefined) {
    const allowed = ('options' in issue ? (issue.options ?? []) : []).map(String);
    if (value === undefined) return [missing(yaml, at, `one of ${allowed.join(', ')}`)];
    return [
      mistakeAt(
        yaml.file,
        yaml.text,
        yaml.valueSpan(at),
        `unknown ${issue.discriminator}: ${shown(value)}`,
        allowed,
        wordOf(value),
      ),
    ];
  }
  if (value === undefined) return [missing(yaml, at, issue.message)];
  const meant = schemaAt(schema, issue.path, data);
  if (meant !== undefined && !(meant instanceof z.ZodUnion)) return schemaMistakes(yaml, meant, at);
  const keys = isRecord(value) ? keysOfAlternatives(meant) : [];
  if (keys.length > 0) {
    const wrote = Object.keys(value as object).find((key) => suggest(key, keys) !== null) ?? null;
    const message = `needs exactly one of these keys to say what it is`;
    return [mistakeAt(yaml.file, yaml.text, yaml.keySpan(at), message, keys, wrote)];
  }
  const message = issue.message || `${shown(value)} is not allowed here`;
  return [mistakeAt(yaml.file, yaml.text, yaml.valueSpan(at), message)];
}

/** A missing key is told where its map begins: that is where one would write it. */
function missing(yaml: YamlText, at: Path, wanted: string): Mistake {
  const key = String(at.at(-1) ?? 'document');
  const message = `the key ${key} is missing${wanted === '' ? '' : `: ${wanted}`}`;
  return mistakeAt(yaml.file, yaml.text, yaml.keySpan(at.slice(0, -1)), message);
}

/** The part of plain data at a path; undefined when there is none. */
export function dataAt(data: unknown, path: Path): unknown {
  let part = data;
  for (const step of path) {
    if (Array.isArray(part)) part = part[Number(step)];
    else if (isRecord(part)) part = has(part, String(step)) ? part[String(step)] : undefined;
    else return undefined;
  }
  return part;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function has(value: unknown, key: string): boolean {
  return isRecord(value) && Object.hasOwn(value, key);
}

/** What was written, when it can resemble a word. */
function wordOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : JSON.stringify(value);
}

function named(expected: string): string {
  switch (expected) {
    case 'object':
    case 'record':
      return 'a map';
    case 'array':
      return 'a list';
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    case 'int':
      return 'a whole number';
    default:
      return `a ${expected}`;
  }
}
