import { z } from 'zod';
import type { Path } from './yaml-text.ts';

type Shape = Readonly<Record<string, z.ZodType>>;

const KEYED = new WeakMap<object, Shape>();

/**
 * Alternatives that are told apart by which one key stands there, e.g. `measure:` or `never:`.
 * To zod (and in a JSON Schema) it is a union; a mistake is told about the alternative whose key
 * was written instead of about all of them.
 */
export function keyedUnion<
  const Branches extends Readonly<Record<string, z.ZodObject>>,
  Out = z.output<Branches[keyof Branches]>,
>(branches: Branches): z.ZodType<Out> {
  const options = Object.values(branches);
  const union = z.union(options as unknown as [z.ZodType<Out>, z.ZodType<Out>]);
  KEYED.set(union, branches);
  return union;
}

/** The keys that tell the alternatives of a keyed union apart; empty for any other schema. */
export function keysOfAlternatives(schema: z.ZodType | undefined): readonly string[] {
  return Object.keys((schema === undefined ? undefined : KEYED.get(schema)) ?? {});
}

/** The alternative whose key is the only one of them that was written. */
function keyedBranch(branches: Shape, data: unknown): z.ZodType | undefined {
  const written = typeof data === 'object' && data !== null ? Object.keys(data) : [];
  const present = Object.keys(branches).filter((key) => written.includes(key));
  const only = present.length === 1 ? present[0] : undefined;
  return only === undefined ? undefined : branches[only];
}

/** Keys that may stand in the map at a path. */
export function keysAt(schema: z.ZodType, path: Path, data: unknown): readonly string[] {
  const found = schemaAt(schema, path, data);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

/** The schema of the part at a path; undefined where an open union leaves it undecided. */
export function schemaAt(schema: z.ZodType, path: Path, data: unknown): z.ZodType | undefined {
  let current: z.ZodType | undefined = inner(schema, data);
  let part = data;
  for (const step of path) {
    if (current === undefined) return undefined;
    part = typeof part === 'object' && part !== null ? Reflect.get(part, step) : undefined;
    current = inner(childOf(current, step), part);
  }
  return current;
}

function childOf(schema: z.ZodType, step: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return (schema.shape as Shape)[String(step)];
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  return undefined;
}

/** Goes through wrappers and through unions whose alternative the data decide. */
function inner(schema: z.ZodType | undefined, data: unknown): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return inner(schema.unwrap() as z.ZodType, data);
  }
  if (schema instanceof z.ZodPipe) return inner(schema.in as z.ZodType, data);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const key = schema.def.discriminator;
    const word: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, key) : null;
    return schema.options.find(
      (option): option is z.ZodObject =>
        option instanceof z.ZodObject && option.shape[key]?.safeParse(word).success === true,
    );
  }
  if (schema instanceof z.ZodUnion) {
    const branches = KEYED.get(schema);
    if (branches !== undefined) return keyedBranch(branches, data) ?? schema;
    const fitting = (schema.options as readonly z.ZodType[]).filter((option) => fits(option, data));
    return fitting.length === 1 ? inner(fitting[0], data) : schema;
  }
  return schema;
}

/** Whether a value has the outer form (map, list, text, ...) that a schema asks for. */
function fits(schema: z.ZodType, data: unknown): boolean {
  if (schema instanceof z.ZodPipe) return fits(schema.in as z.ZodType, data);
  if (schema instanceof z.ZodUnion) {
    return (schema.options as readonly z.ZodType[]).some((option) => fits(option, data));
  }
  if (schema instanceof z.ZodArray) return Array.isArray(data);
  if (schema instanceof z.ZodString) return typeof data === 'string';
  if (schema instanceof z.ZodNumber) return typeof data === 'number';
  if (schema instanceof z.ZodBoolean) return typeof data === 'boolean';
  const map = typeof data === 'object' && data !== null && !Array.isArray(data);
  return (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) && map;
}
