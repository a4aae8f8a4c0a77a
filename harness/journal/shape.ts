/**
 * What a value that was read must be. Gives what is wrong with it, or null.
 * @param path where the value stands, e.g. "cases[2].key"
 */
export type Shape = (value: unknown, path: string) => string | null;

/** An object that has at least these fields; what else it has is not looked at. */
export function object(fields: Readonly<Record<string, Shape>>): Shape {
  const shapes = Object.entries(fields);
  return (value, path) => {
    if (!isFields(value)) return lack(path, 'object');
    for (const [name, shape] of shapes) {
      const wrong = shape(value[name], path === '' ? name : `${path}.${name}`);
      if (wrong !== null) return wrong;
    }
    return null;
  };
}

/** An object whose field `tag` names one of these shapes, which it must have besides. */
export function tagged(tag: string, shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, path) => {
    if (!isFields(value)) return lack(path, 'object');
    const name = value[tag];
    const shape = typeof name === 'string' && Object.hasOwn(shapes, name) ? shapes[name] : null;
    if (shape != null) return shape(value, path);
    const told = typeof name === 'string' ? `'${name.slice(0, 40)}'` : typeof name;
    return `has an unknown ${path === '' ? tag : `${path}.${tag}`}: ${told}`;
  };
}

export function list(item: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) return lack(path, 'list');
    return firstWrong(value.entries(), item, (index) => `${path}[${index}]`);
  };
}

/** A list of exactly two. */
export function pair(item: Shape): Shape {
  const items = list(item);
  return (value, path) =>
    Array.isArray(value) && value.length !== 2 ? lack(path, 'pair') : items(value, path);
}

/** An object that holds one kind of value under names of its own. */
export function table(item: Shape): Shape {
  return (value, path) => {
    if (!isFields(value)) return lack(path, 'object');
    return firstWrong(Object.entries(value), item, (name) => `${path}.${name}`);
  };
}

export function nullable(shape: Shape): Shape {
  return (value, path) => (value === null ? null : shape(value, path));
}

/** A field that may be left out. */
export function optional(shape: Shape): Shape {
  return (value, path) => (value === undefined ? null : shape(value, path));
}

export function either(...shapes: readonly Shape[]): Shape {
  return (value, path) => {
    const wrong = shapes.map((shape) => shape(value, path));
    return wrong.includes(null) ? null : (wrong[0] ?? null);
  };
}

export function oneOf(...words: readonly string[]): Shape {
  return (value, path) =>
    typeof value === 'string' && words.includes(value)
      ? null
      : `has no ${path} among ${words.join(', ')}`;
}

export const text: Shape = (value, path) =>
  typeof value === 'string' ? null : lack(path, 'string');
export const truth: Shape = (value, path) =>
  typeof value === 'boolean' ? null : lack(path, 'boolean');
/** A finite number: 1e999 is JSON, but no number. */
export const number: Shape = (value, path) =>
  Number.isFinite(value) ? null : lack(path, 'number');

/** More meters than any fleet has: what is counted one by one must come to an end. */
const COUNT_AT_MOST = 10_000_000;

/** A whole number of things, or the place of one. */
export const count: Shape = (value, path) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= COUNT_AT_MOST
    ? null
    : lack(path, 'count');

function firstWrong<K>(
  items: Iterable<readonly [K, unknown]>,
  shape: Shape,
  pathOf: (key: K) => string,
): string | null {
  for (const [key, value] of items) {
    const wrong = shape(value, pathOf(key));
    if (wrong !== null) return wrong;
  }
  return null;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lack(path: string, type: string): string {
  return path === '' ? `not an ${type}` : `has no ${path} of type ${type}`;
}
