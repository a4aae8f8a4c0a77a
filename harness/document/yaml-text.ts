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
  const problems = [...document.errors, ...document.warnings];
  const broken = document.errors.filter((error) => error.code !== 'DUPLICATE_KEY');
  return {
    file,
    text,
    data: plainData(document),
    mistakes: problems.map((problem) =>
      mistakeAt(
        file,
        text,
        spanOf(problem.pos[0], problem.pos[1]),
        problem.code === 'DUPLICATE_KEY'
          ? `the key ${wordAt(text, problem.pos[0])} stands here twice`
          : `YAML: ${problem.message}`,
      ),
    ),
    brokenFromLine: Math.min(
      Number.POSITIVE_INFINITY,
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

function plainData(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias without its anchor; document.errors tells where.
    if (error instanceof ReferenceError) return null;
    throw error;
  }
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
