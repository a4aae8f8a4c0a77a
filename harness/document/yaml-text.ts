import {
  LineCounter,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
} from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import { mistakeAt } from './mistake.ts';
import type { Mistake, Span } from './mistake.ts';

export type Path = readonly PropertyKey[];

/** A YAML file that was parsed: its data, and where in the text each part of them stands. */
export interface YamlText {
  readonly file: string;
  readonly text: string;
  readonly data: unknown;
  /** What the YAML grammar itself objects to, duplicate keys among it. */
  readonly mistakes: readonly Mistake[];
  /** Keys that stand twice in one map. */
  readonly keysTwice: readonly string[];
  /** Line of the first mistake after which the structure cannot be trusted; Infinity without one. */
  readonly brokenFromLine: number;
  /** The value at a path; the nearest part around it when there is none. */
  valueSpan(path: Path): Span;
  /** The key at a path; the value for items of a list. */
  keySpan(path: Path): Span;
  /** A part of the text at a path, by offsets into its value, e.g. one name in an expression. */
  innerSpan(path: Path, start: number, end: number): Span;
}

/** Parses one YAML document; never throws for what the text holds. */
export function parseYaml(file: string, text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // What YAML warns of is told as a mistake, not written to the console.
    logLevel: 'error',
  });
  const spanOf = (start: number, end: number): Span => {
    const from = lines.linePos(start);
    const to = lines.linePos(Math.max(end, start + 1));
    return { line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
  };
  const broken = document.errors.filter((error) => error.code !== 'DUPLICATE_KEY');
  const { data, aliases } = readData(document);
  const problems = [...aliases, ...grammarProblems(document, text)];
  return {
    file,
    text,
    data,
    mistakes: problems.map(({ message, start, end }) =>
      mistakeAt(file, text, spanOf(start, end), message),
    ),
    keysTwice: document.errors
      .filter(({ code }) => code === 'DUPLICATE_KEY')
      .map(({ pos }) => wordAt(text, pos[0])),
    brokenFromLine: Math.min(
      // Without the aliases there are no data about which anything could be told.
      aliases.length > 0 ? 0 : Number.POSITIVE_INFINITY,
      ...broken.map((error) => lines.linePos(brokenFrom(document, error.pos[0])).line),
    ),
    valueSpan(path) {
      const range = find(document, path).value?.range;
      return range ? spanOf(range[0], firstLineEnd(text, range[0], range[1])) : spanOf(0, 1);
    },
    keySpan(path) {
      const found = find(document, path);
      const range = (found.key ?? found.value)?.range;
      return range ? spanOf(range[0], firstLineEnd(text, range[0], range[1])) : spanOf(0, 1);
    },
    innerSpan(path, start, end) {
      const node = find(document, path).value;
      if (!isScalar(node) || !node.range || typeof node.value !== 'string') {
        return this.valueSpan(path);
      }
      const [from, to] = node.range;
      const offset = text.slice(from, to).indexOf(node.value);
      // A folded or escaped text does not stand in the file as it reads: point at the whole.
      return offset < 0 ? spanOf(from, to) : spanOf(from + offset + start, from + offset + end);
    },
  };
}

/** Where the bracket or text begins that a broken place lies in: its form is not to be trusted. */
function brokenFrom(document: Document, offset: number): number {
  let from = offset;
  visit(document, {
    Node(_key, node) {
      const closed = isScalar(node) || (isCollection(node) && node.flow === true);
      const range = node.range;
      if (closed && range && range[0] <= offset && offset <= range[2])
        from = Math.min(from, range[0]);
    },
  });
  return from;
}

/** Something wrong with a text, by offsets. */
interface Problem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

function grammarProblems(document: Document, text: string): readonly Problem[] {
  return [...document.errors, ...document.warnings].map(({ code, message, pos: [start, end] }) => ({
    message:
      code === 'DUPLICATE_KEY'
        ? `the key ${wordAt(text, start)} stands here twice`
        : `YAML: ${message}`,
    start,
    end,
  }));
}

/** Aliases that stand for nothing, or for something that they are a part of themselves. */
function aliasProblems(document: Document): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias(_key, alias, around) {
      const meant = alias.resolve(document);
      const [start, end] = alias.range ?? [0, 1];
      if (meant === undefined) {
        problems.push({ message: `nothing is anchored as &${alias.source}`, start, end });
      } else if (around.includes(meant)) {
        const message = `*${alias.source} stands inside of what it stands for, without an end`;
        problems.push({ message, start, end });
      }
    },
  });
  return problems;
}

/** The data of a document; null when its aliases cannot be followed, with the reasons. */
function readData(document: Document): {
  readonly data: unknown;
  readonly aliases: readonly Problem[];
} {
  const misled = aliasProblems(document);
  if (misled.length > 0) return { data: null, aliases: misled };
  try {
    return { data: document.toJS({ maxAliasCount: MOST_ALIASES }), aliases: [] };
  } catch (error) {
    if (error instanceof ReferenceError) {
      return { data: null, aliases: [multiplyingAlias(document)] };
    }
    throw error;
  }
}

/** The aliases of a file may stand for so many parts in all; more is a slip or an attack. */
const MOST_ALIASES = 100;

/** The first alias whose anchor holds aliases in turn: there the number of parts begins to multiply. */
function multiplyingAlias(document: Document): Problem {
  let found: readonly [number, number] = [0, 1];
  let seen = false;
  visit(document, {
    Alias(_key, alias) {
      const meant = alias.resolve(document);
      let nested = false;
      if (isCollection(meant)) visit(meant, { Alias: () => void (nested = true) });
      if (!seen && nested && alias.range) {
        found = [alias.range[0], alias.range[1]];
        seen = true;
      }
    },
  });
  const message = `aliases stand for too many parts: more than ${MOST_ALIASES} in one`;
  return { message, start: found[0], end: found[1] };
}

interface Found {
  readonly key: Node | null;
  readonly value: Node | null;
}

/** The node at a path, or the nearest one on the way to it. */
function find(document: Document, path: Path): Found {
  let found: Found = { key: null, value: isNode(document.contents) ? document.contents : null };
  for (const step of path) {
    const inside = found.value;
    if (isMap(inside)) {
      const pair: Pair | undefined = inside.items.findLast(
        (item) => String(isScalar(item.key) ? item.key.value : item.key) === String(step),
      );
      if (pair === undefined) return found;
      const key = isNode(pair.key) ? pair.key : null;
      found = { key, value: isNode(pair.value) ? pair.value : key };
    } else if (isSeq(inside)) {
      const item = inside.items[Number(step)];
      if (!isNode(item)) return found;
      found = { key: null, value: item };
    } else {
      return found;
    }
  }
  return found;
}

function firstLineEnd(text: string, start: number, end: number): number {
  const newline = text.indexOf('\n', start);
  return newline < 0 ? end : Math.min(end, Math.max(newline, start + 1));
}

function wordAt(text: string, start: number): string {
  return /^[^\s:]+/.exec(text.slice(start))?.[0] ?? '';
}
