import { formatQuantity, parseQuantity } from '../../devices/domain/quantity.ts';
import type { Unit } from '../../devices/domain/quantity.ts';
import { SNAPSHOT_FIELDS } from '../../rigs/port/fleet.ts';
import type { ExpressionFields } from './expression.ts';
import type { NameType } from './names.ts';
import { parseExpression } from './expression.ts';
import type { ExpressionNode } from './expression.ts';
import { nounOf, withUnit } from './value.ts';

/**
 * The units of an expression. CEL knows numbers only, and every quantity is a number in its smallest
 * unit: `measured.deviation < 5.0` would quietly ask for 5 ns.
 */

/** Quantities, 'zero' (of any unit) and, as null, what has no unit or none that can be told. */
export type ExpressionUnit = Unit | 'zero' | null;

export interface UnitMistake {
  readonly message: string;
  /** Where in the text, as character offsets. */
  readonly start: number;
  readonly end: number;
}

export interface UnitNames {
  readonly parameters: ReadonlyMap<string, NameType>;
  readonly measured: ReadonlyMap<string, Unit>;
}

interface Inference {
  readonly names: UnitNames;
  readonly mistakes: UnitMistake[];
}

/**
 * Infers the unit of an expression, and what in it compares or adds unlike things.
 * @returns no mistakes for a text that does not parse: that is told elsewhere.
 */
export function unitsOf(
  text: string,
  names: UnitNames,
): { readonly unit: ExpressionUnit; readonly mistakes: readonly UnitMistake[] } {
  const node = parseExpression(text);
  if (node === null) return { unit: null, mistakes: [] };
  const inference: Inference = { names, mistakes: [] };
  return { unit: unitOf(node, inference), mistakes: inference.mistakes };
}

/**
 * Why an expression of one unit cannot stand where another is wanted; null when it can.
 * @param wanted 'count' for a number without a unit.
 */
export function unlike(given: ExpressionUnit, wanted: Unit, text: string): string | null {
  if (given === null || given === 'zero' || given === wanted) return null;
  if (given === 'count') return needsUnit(text, wanted);
  return `gives ${nounOf(given)}, and ${nounOf(wanted)} is needed here`;
}

function needsUnit(text: string, wanted: Unit): string {
  const amount = Number(text);
  const message = `${text} has no unit, and ${nounOf(wanted)} is needed here`;
  if (Number.isNaN(amount)) return message;
  // So large a number was meant in the smallest unit, such as 1e9 for a second.
  const inSmallest = Math.abs(amount) >= 1e6 && Number.isSafeInteger(amount);
  const meant = inSmallest
    ? formatQuantity({ value: amount, unit: wanted })
    : withUnit(amount, wanted);
  return `${message}: quantity("${meant}")?`;
}

/** The unit of a field of a snapshot's row; null for texts and truth values. */
function ofField(source: string, field: string): ExpressionUnit {
  const fields: ExpressionFields = SNAPSHOT_FIELDS;
  const type = fields[source]?.[field];
  return type === 'ns' || type === 'count' ? type : null;
}

function unitOf(node: ExpressionNode, inference: Inference): ExpressionUnit {
  switch (node.op) {
    case 'value':
      if (typeof node.args !== 'number' && typeof node.args !== 'bigint') return null;
      return Number(node.args) === 0 ? 'zero' : 'count';
    case 'id':
      return ofParameter(inference.names.parameters.get(node.args));
    case '.': {
      const [owner, field] = node.args;
      if (owner.op !== 'id') return null;
      if (owner.args === 'measured') return inference.names.measured.get(field) ?? null;
      return ofField(owner.args, field);
    }
    case '-_':
      return unitOf(node.args, inference);
    case '!_':
      unitOf(node.args, inference);
      return null;
    case '+':
    case '-':
      return alike(node, node.args, inference);
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '==':
    case '!=':
      alike(node, node.args, inference);
      return null;
    case '*':
    case '/':
      return ofProduct(node.op, node.args, inference);
    case '?:': {
      const [condition, yes, no] = node.args;
      unitOf(condition, inference);
      return alike(node, [yes, no], inference);
    }
    case 'call':
      return ofCall(node.args, inference);
    case '&&':
    case '||':
      for (const part of node.args) unitOf(part, inference);
      return null;
    case '%':
    case 'in':
    case 'list':
    case 'map':
    case '[]':
    case '[?]':
    case '.?':
    case 'rcall':
      // What these hold is not followed.
      return null;
  }
}

function ofParameter(type: NameType | undefined): ExpressionUnit {
  switch (type) {
    case undefined:
    case 'unknown':
    case 'flag':
    case 'text':
    case 'any quantity':
      return null;
    case 'ns':
    case 'ppm':
    case 'mA':
    case 'mV':
    case 'mWh':
    case 'mdegC':
    case 'count':
      return type;
  }
}

/** The unit that two parts share, or a mistake when they have none in common. */
function alike(
  node: ExpressionNode,
  [left, right]: readonly [ExpressionNode, ExpressionNode],
  inference: Inference,
): ExpressionUnit {
  const first = unitOf(left, inference);
  const second = unitOf(right, inference);
  if (first === null || second === null) return null;
  if (first === 'zero') return second;
  if (second === 'zero' || first === second) return first;
  if (first === 'count') tellBare(left, second, inference);
  else if (second === 'count') tellBare(right, first, inference);
  else {
    const message = `${nounOf(first)} and ${nounOf(second)} cannot be compared or added`;
    inference.mistakes.push({ message, start: node.start, end: node.end });
  }
  // One slip is told once: what the whole gives is left open.
  return null;
}

function tellBare(node: ExpressionNode, wanted: Unit, { mistakes }: Inference): void {
  const { start, end, input } = node;
  mistakes.push({ message: needsUnit(input.slice(start, end), wanted), start, end });
}

function ofProduct(
  operator: '*' | '/',
  [left, right]: readonly [ExpressionNode, ExpressionNode],
  inference: Inference,
): ExpressionUnit {
  const first = unitOf(left, inference);
  const second = unitOf(right, inference);
  if (first === null || second === null) return null;
  if (second === 'count') return first;
  if (operator === '*') return first === 'count' ? second : null;
  return first === second ? 'count' : null;
}

function ofCall(
  [name, parts]: readonly [string, readonly ExpressionNode[]],
  inference: Inference,
): ExpressionUnit {
  const [part] = parts;
  if (name === 'quantity' && part?.op === 'value' && typeof part.args === 'string') {
    const quantity = parseQuantity(part.args);
    if (quantity !== undefined) return quantity.value === 0 ? 'zero' : quantity.unit;
    const { start, end } = part;
    inference.mistakes.push({ message: `"${part.args}" is not a quantity`, start, end });
    return null;
  }
  const units = parts.map((argument) => unitOf(argument, inference));
  const passes = name === 'abs' || name === 'double' || name === 'int';
  return passes ? (units[0] ?? null) : null;
}
