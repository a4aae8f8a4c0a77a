import { Environment, EvaluationError, ParseError, TypeError } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import { parseQuantity } from '../../devices/domain/quantity.ts';
import type { FieldType, SnapshotRow } from '../../rigs/port/fleet.ts';
import { SNAPSHOT_FIELDS } from '../../rigs/port/fleet.ts';
import type { ParameterValue } from '../plan/plan.ts';

/**
 * Expressions are CEL (the Common Expression Language, https://cel.dev): typed, without side
 * effects, certain to end. Every quantity is a double in its smallest unit (ns, ppm, mA, ...), so
 * that `abs(measured.deviation) > upper` compares like with like; `quantity("5 s")` writes one.
 */
export type ExpressionType = 'double' | 'bool' | 'string';

export type CompiledExpression =
  | { readonly ok: true; readonly type: ExpressionType }
  | {
      readonly ok: false;
      readonly message: string;
      /** Where in the text, as character offsets. */
      readonly start: number;
      readonly end: number;
      /** A name that is not known here, for a did-you-mean. */
      readonly unknown: { readonly name: string; readonly allowed: readonly string[] } | null;
    };

/** An expression that could not be evaluated although it compiled: a measurement is missing. */
export class ExpressionError extends Error {
  /** Names of measurements that the expression asks for and that were not given. */
  readonly missing: readonly string[];
  constructor(message: string, missing: readonly string[], options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExpressionError';
    this.missing = missing;
  }
}

/** Fields by the name of their owner, e.g. `headEnd.state`: what an expression may name beside parameters. */
export type ExpressionFields = Readonly<Record<string, Readonly<Record<string, FieldType>>>>;

const OUR_WORDS: ReadonlySet<string> = new Set([
  'measured',
  'profile',
  ...Object.keys(SNAPSHOT_FIELDS),
]);

/** Whether an expression can name a parameter so: an identifier that is no word of CEL or ours. */
export function isParameterName(name: string): boolean {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name) || OUR_WORDS.has(name)) return false;
  try {
    new Environment().registerVariable(name, 'double');
    return true;
  } catch {
    return false;
  }
}

/**
 * Checks an expression against the parameters and measurements that it may name.
 * @param parameters the type of each parameter, or a value that has the type.
 * @param measuredNames what the steps of the scenario measure (`as`).
 * @param fields SNAPSHOT_FIELDS where the expression is over a row of a snapshot.
 */
export function compileExpression(
  text: string,
  parameters: Readonly<Record<string, ParameterValue>>,
  measuredNames: readonly string[],
  fields: ExpressionFields = {},
): CompiledExpression {
  const types = typesOf(parameters);
  const names = { parameters: Object.keys(types), measured: measuredNames, fields };
  try {
    const checked = environmentOf(types, measuredNames, fields).parse(text).check();
    if (!checked.valid) return refusal(text, checked.error, names);
    switch (checked.type) {
      case 'double':
      case 'int':
        return { ok: true, type: 'double' };
      case 'bool':
      case 'string':
        return { ok: true, type: checked.type };
      case undefined:
      default:
        return {
          ok: false,
          message: `gives a value of type ${checked.type}; a number, a truth value or a text is allowed`,
          start: 0,
          end: text.length,
          unknown: null,
        };
    }
  } catch (error) {
    if (error instanceof ParseError) return refusal(text, error, names);
    throw error;
  }
}

/**
 * Evaluates an expression that {@link compileExpression} accepted.
 * @param measured value of each measurement in its smallest unit; for one that counts whole ticks
 *   the caller gives count x size.
 * @returns a number (smallest unit) or a truth value.
 * @throws ExpressionError when a measurement that is needed is not there, or the result is neither.
 */
export function evaluateExpression(
  text: string,
  parameters: Readonly<Record<string, ParameterValue>>,
  measured: Readonly<Record<string, number>>,
): boolean | number {
  const context = { ...valuesOf(parameters), measured };
  const missing = measurementsIn(text).filter((name) => measured[name] === undefined);
  if (missing.length > 0) {
    throw new ExpressionError(`not measured: ${missing.join(', ')} (in "${text}")`, missing);
  }
  let result: unknown;
  try {
    const environment = environmentOf(typesOf(parameters), Object.keys(measured));
    result = environment.evaluate(text, context);
  } catch (error) {
    if (isCelError(error)) {
      throw new ExpressionError(`"${text}": ${error.summary}`, [], { cause: error });
    }
    throw error;
  }
  if (typeof result === 'boolean' || typeof result === 'number') return result;
  if (typeof result === 'bigint') return Number(result);
  throw new ExpressionError(
    `"${text}" gives a ${typeof result}, not a number or a truth value`,
    [],
  );
}

/**
 * Compiles what must be true of each row of a snapshot, once for all of them.
 * @returns whether it is true of a row; throws ExpressionError when that cannot be told: the text
 *   is no such expression, or the row lacks a field that it names.
 */
export function rowExpression(
  text: string,
  parameters: Readonly<Record<string, ParameterValue>>,
): (fields: SnapshotRow['fields']) => boolean {
  const values = valuesOf(parameters);
  const told = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      if (!isCelError(error)) throw error;
      throw new ExpressionError(`"${text}": ${error.summary}`, [], { cause: error });
    }
  };
  const parse = () => environmentOf(typesOf(parameters), [], SNAPSHOT_FIELDS).parse(text);
  let holds: ((context: Record<string, unknown>) => unknown) | null = null;
  return (fields) => {
    holds ??= told(parse);
    const run = holds;
    const result = told(() => run({ ...values, ...fields }));
    if (typeof result === 'boolean') return result;
    throw new ExpressionError(`"${text}" gives a ${typeof result}, not a truth value`, []);
  };
}

/** Fields of a snapshot's row that an expression names, each once, as [source, field]. */
export function fieldsIn(text: string): readonly (readonly [source: string, field: string])[] {
  const found = new Map<string, readonly [string, string]>();
  eachSelection(parseExpression(text), (owner, field) => {
    if (Object.hasOwn(SNAPSHOT_FIELDS, owner)) found.set(`${owner}.${field}`, [owner, field]);
  });
  return [...found.values()];
}

/**
 * Names x of every `measured.x` in an expression, each once, in the order of the text.
 * @returns an empty list for a text that does not parse.
 */
export function measurementsIn(text: string): readonly string[] {
  const names = new Set<string>();
  eachSelection(parseExpression(text), (owner, field) => {
    if (owner === 'measured') names.add(field);
  });
  return [...names];
}

export type ExpressionNode = ASTNode;

/** The syntax tree of an expression; null for a text that does not parse. */
export function parseExpression(text: string): ExpressionNode | null {
  try {
    return new Environment({ unlistedVariablesAreDyn: true }).parse(text).ast;
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}

/** Calls with the owner and the field of every `owner.field` in a tree. */
function eachSelection(node: unknown, tell: (owner: string, field: string) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) eachSelection(child, tell);
  } else if (isNode(node)) {
    if (node.op === '.' && isNode(node.args[0])) {
      const [owner, field] = node.args;
      if (owner.op === 'id' && typeof field === 'string') tell(owner.args, field);
    }
    eachSelection(node.args, tell);
  }
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function isCelError(error: unknown): error is EvaluationError | ParseError | TypeError {
  return (
    error instanceof EvaluationError || error instanceof ParseError || error instanceof TypeError
  );
}

function typeOf(value: ParameterValue): ExpressionType {
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'double';
}

function typesOf(
  parameters: Readonly<Record<string, ParameterValue>>,
): Readonly<Record<string, ExpressionType>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, typeOf(value)]),
  );
}

/** Parameters as an expression sees them: quantities as numbers of their smallest unit. */
function valuesOf(
  parameters: Readonly<Record<string, ParameterValue>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'object' ? value.value : value,
    ]),
  );
}

/** The type of a field of a snapshot as an expression has it. */
const FIELD_TYPES: Readonly<Record<FieldType, ExpressionType>> = {
  text: 'string',
  flag: 'bool',
  count: 'double',
  ns: 'double',
};

/** CEL keeps int and double apart; people who write `lower / 2` do not. */
const MIXED: readonly (readonly [operator: string, apply: (a: number, b: number) => number])[] = [
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
];

const base = new Environment()
  .registerFunction('abs(double): double', (value: number) => Math.abs(value))
  .registerFunction('abs(int): double', (value: bigint) => Math.abs(Number(value)))
  .registerFunction('quantity(string): double', (text: string) => {
    const quantity = parseQuantity(text);
    if (quantity === undefined) throw new EvaluationError(`"${text}" is not a quantity`);
    return quantity.value;
  })
  .registerOperator('double == int', (a: number, b: bigint) => a === Number(b));
for (const [operator, apply] of MIXED) {
  base.registerOperator(`double ${operator} int`, (a: number, b: bigint) => apply(a, Number(b)));
  base.registerOperator(`int ${operator} double`, (a: bigint, b: number) => apply(Number(a), b));
}

function environmentOf(
  parameters: Readonly<Record<string, ExpressionType>>,
  measuredNames: readonly string[],
  fields: ExpressionFields = {},
): Environment {
  const environment = base.clone();
  for (const [name, type] of Object.entries(parameters)) environment.registerVariable(name, type);
  for (const [name, types] of Object.entries(fields)) {
    const typed = Object.entries(types).map(([field, type]) => [field, FIELD_TYPES[type]]);
    environment.registerVariable({ name, schema: Object.fromEntries(typed) });
  }
  const schema: Record<string, string> = {};
  for (const name of measuredNames) schema[name] = 'double';
  return environment.registerVariable({ name: 'measured', schema });
}

function refusal(
  text: string,
  error: ParseError | TypeError | undefined,
  names: {
    readonly parameters: readonly string[];
    readonly measured: readonly string[];
    readonly fields: ExpressionFields;
  },
): CompiledExpression {
  const start = error?.range?.start ?? 0;
  const end = Math.max(error?.range?.end ?? text.length, start + 1);
  const name = text.slice(start, end);
  switch (error?.code) {
    case 'unknown_variable': {
      const allowed = [...names.parameters, 'measured', ...Object.keys(names.fields)];
      return { ok: false, message: `unknown name ${name}`, start, end, unknown: { name, allowed } };
    }
    case 'no_such_key': {
      const owner = /(\w+)\s*\.\s*$/.exec(text.slice(0, start))?.[1] ?? 'measured';
      const fields = names.fields[owner];
      const message =
        fields === undefined ? `no step measures ${name}` : `${owner} has no field ${name}`;
      const allowed = fields === undefined ? names.measured : Object.keys(fields);
      return { ok: false, message, start, end, unknown: { name, allowed } };
    }
    case undefined:
    default:
      return { ok: false, message: error?.summary ?? 'no expression', start, end, unknown: null };
  }
}
