import { MESSAGE_LAYOUT } from '../../devices/domain/message.ts';
import { parseQuantity } from '../../devices/domain/quantity.ts';
import type { Unit } from '../../devices/domain/quantity.ts';
import { isRecord } from '../document/schema-mistakes.ts';
import type { Path } from '../document/yaml-text.ts';
import type { ParameterValue } from '../plan/plan.ts';
import type { Checker } from './checker.ts';
import { compileExpression, isParameterName, measurementsIn } from './expression.ts';
import type { ExpressionFields, ExpressionType } from './expression.ts';
import { SNAPSHOT_FIELDS } from '../../rigs/port/fleet.ts';
import { unitsOf, unlike } from './expression-units.ts';
import { parseThreshold } from '../plan/threshold.ts';
import { exampleOf, resultNames, typeOfWritten } from './names.ts';
import { accepts, nounOf, withUnit } from './value.ts';
import { VERBS } from './verb/index.ts';

/** What the expectations name, compute and decide. */
export function checkExpectations(checker: Checker): void {
  for (const index of checker.list(['expect']).keys()) {
    const path = ['expect', index];
    checkDecides(checker, path);
    checkNames(checker, path);
    checkLimits(checker, path);
    checkAsks(checker, path);
    checkThreshold(checker, path);
    checkExpression(checker, [...path, 'when'], 'bool');
    checkExpression(checker, [...path, 'holds'], 'bool', undefined, SNAPSHOT_FIELDS);
    checkAmounts(checker, path);
  }
  checkCovered(checker);
}

function checkDecides(checker: Checker, path: Path): void {
  const covers = checker.list(['covers']).filter((id) => typeof id === 'string');
  const decides = checker.at([...path, 'decides']);
  // Without a list of what is covered (misspelt, say) nothing can be said about its parts.
  if (covers.length === 0 || !isRecord(checker.at(path))) return;
  if (decides === undefined && covers.length > 1 && !checker.misspelt(path, 'decides')) {
    const message = 'decides is missing: the scenario covers more than one requirement';
    checker.tellKey(path, message, covers);
  }
  // An id with a slip in `covers` may be any of those that are decided.
  const { requirements } = checker.catalogue;
  if (covers.some((id) => !requirements.has(id))) return;
  for (const index of checker.list([...path, 'decides']).keys()) {
    checker.oneOf([...path, 'decides', index], 'the scenario does not cover', covers);
  }
}

/** A requirement that is covered and that nothing decides would look green for no reason. */
function checkCovered(checker: Checker): void {
  const expectations = checker.list(['expect']);
  const open = expectations.some(
    (_, index) => checker.at(['expect', index, 'decides']) === undefined,
  );
  const decided = expectations.flatMap((_, index) => checker.list(['expect', index, 'decides']));
  const covers = checker.list(['covers']);
  // An id that is not covered was probably meant to be the one that nothing decides.
  const astray = decided.some((id) => !covers.includes(id));
  if (open || astray || expectations.length === 0) return;
  for (const [index, id] of covers.entries()) {
    if (!checker.catalogue.requirements.has(String(id)) || decided.includes(id)) continue;
    checker.tell(['covers', index], `no expectation decides ${String(id)}`);
  }
}

function checkNames(checker: Checker, path: Path): void {
  checker.oneOf([...path, 'each-of'], 'no group is named', checker.names.groups);
  checkAnchor(checker, [...path, 'since']);
  checkAnswer(checker, [...path, 'answer']);
  checkField(checker, path);
  checkOrigin(checker, [...path, 'from']);
  checkOrigin(checker, [...path, 'limits', 'from']);
  if (!checker.names.resultsOpen) checkResults(checker, path);
}

/** Every result that is named is one that a step gives. */
function checkResults(checker: Checker, path: Path): void {
  const measurements = resultNames(checker.names, 'measurement');
  const logs = resultNames(checker.names, 'event log');
  const profiles = resultNames(checker.names, 'load profile');
  checker.oneOf([...path, 'measure'], 'no step measures', measurements);
  checker.oneOf([...path, 'recorded'], 'no step measures', measurements);
  checker.oneOf([...path, 'unchanged', 'before'], 'no step measures', measurements);
  checker.oneOf([...path, 'unchanged', 'after'], 'no step measures', measurements);
  checker.oneOf([...path, 'events'], 'no step reads the event log', logs);
  for (const index of checker.list([...path, 'never']).keys()) {
    checker.oneOf([...path, 'never', index, 'log'], 'no step reads the event log', logs);
  }
  checker.oneOf([...path, 'intervals'], 'no step reads the load profile', profiles);
  checker.oneOf([...path, 'sum-since'], 'no step reads the load profile', profiles);
  const snapshots = resultNames(checker.names, 'snapshot');
  checker.oneOf([...path, 'snapshot'], 'no step takes the snapshot', snapshots);
}

function checkThreshold(checker: Checker, path: Path): void {
  const metric = checker.text([...path, 'threshold']);
  const bound = checker.text([...path, 'is']);
  if (metric === null || bound === null) return;
  const parsed = parseThreshold(metric, bound);
  if (typeof parsed === 'string') checker.tell([...path, 'threshold'], parsed);
}

function checkAnchor(checker: Checker, path: Path): void {
  const [, edge, id] = /^(start|end) of (\S+)$/.exec(checker.text(path) ?? '') ?? [];
  if (edge === undefined || id === undefined) return;
  if (id === 'case' && edge === 'start') return;
  if (edge === 'end' && id === 'case') return;
  const ids = checker.names.steps.map((step) => step.id);
  // An id of a wrong form is told where it stands; it may be the one that is meant.
  const unformed = ids.some((known) => !/^[a-z][a-z0-9-]*$/.test(known));
  if (ids.length === 0 || unformed || ids.includes(id)) return;
  const allowed = ids.filter((known) => !/^step-\d+$/.test(known));
  const start = edge.length + ' of '.length;
  const message = `no step has the id ${id}`;
  checker.tellInside(path, [start, start + id.length], message, ['case', ...allowed], id);
}

function checkAnswer(checker: Checker, path: Path): void {
  const id = checker.text(path);
  if (id === null || checker.names.steps.length === 0) return;
  const answering = checker.names.steps.filter(({ verb }) => verb === null || VERBS[verb].answers);
  const known = answering.map((step) => step.id);
  checker.oneOf(path, 'no step that is answered has the id', known);
}

function checkField(checker: Checker, path: Path): void {
  const message = checker.text([...path, 'message']);
  if (message === null || !Object.hasOwn(MESSAGE_LAYOUT, message)) return;
  const fields = MESSAGE_LAYOUT[message as keyof typeof MESSAGE_LAYOUT];
  checker.oneOf([...path, 'value', 'field'], `${message} has no field`, fields);
}

function checkOrigin(checker: Checker, path: Path): void {
  const id = checker.text(path);
  if (id === null || !/^[A-Z]+-\d+$/.test(id)) return;
  checker.oneOf(path, 'unknown requirement', [...checker.catalogue.requirements.keys()]);
}

function checkLimits(checker: Checker, path: Path): void {
  const limits = checker.at([...path, 'limits']);
  if (!isRecord(limits)) return;
  const bounds = ['max-abs', 'min', 'max'].filter((key) => limits[key] !== undefined);
  const place = [...path, 'limits'];
  if (bounds.length === 0) {
    if (!checker.misspelt(place, 'max-abs', 'min', 'max')) {
      checker.tellKey(place, 'no bound is given', ['max-abs', 'min', 'max']);
    }
  } else if (bounds.includes('max-abs') && bounds.length > 1) {
    checker.tellKey(place, 'max-abs stands alone: it is both min and max');
  }
  const crossed = crossing(limits['min'], limits['max']);
  if (crossed !== null) checker.tell([...place, 'min'], crossed);
  const measured = measurementNamed(checker, [...path, 'measure']);
  if (measured === null) return;
  for (const key of [...bounds, 'resolution']) {
    if (typeof limits[key] !== 'number') checkUnit(checker, [...place, key], measured);
  }
}

/** Why two bounds leave nothing between them; null when they do, or when it shows only in a case. */
function crossing(minimum: unknown, maximum: unknown): string | null {
  if (typeof minimum !== 'string' || typeof maximum !== 'string') return null;
  const [least, most] = [parseQuantity(minimum), parseQuantity(maximum)];
  if (least === undefined || most === undefined || least.unit !== most.unit) return null;
  return least.value > most.value ? `min ${minimum} is above max ${maximum}` : null;
}

interface Measured {
  /** What the unit belongs to, for messages. */
  readonly name: string;
  readonly unit: Unit;
}

/** The measurement named at a path, with its unit; null when there is none. */
function measurementNamed(checker: Checker, path: Path): Measured | null {
  const name = checker.text(path);
  const found = checker.names.results.find((result) => result.name === name);
  if (found?.yields?.kind !== 'measurement') return null;
  return { name: found.name, unit: found.yields.unit };
}

/** What is written at a path has the unit of what it is compared with. */
function checkUnit(checker: Checker, path: Path, { name, unit }: Measured): void {
  const written = checker.at(path);
  const given = typeOfWritten(written, checker.names.parameters);
  if (written === undefined || given === 'unknown' || accepts(unit, given)) return;
  if (typeof written === 'number') {
    const message = `${written} has no unit; ${nounOf(unit)} is needed: "${withUnit(written, unit)}"?`;
    checker.tell(path, message);
  } else {
    checker.tell(path, `${name} is ${nounOf(unit)}, and this is ${nounOf(given)}`);
  }
}

/** Computed amounts and tolerances have the unit of what they are compared with. */
function checkAmounts(checker: Checker, path: Path): void {
  const before = measurementNamed(checker, [...path, 'unchanged', 'before']);
  const after = measurementNamed(checker, [...path, 'unchanged', 'after']);
  if (before !== null && after !== null && before.unit !== after.unit) {
    const message = `${after.name} is ${nounOf(after.unit)}, and ${before.name} is ${nounOf(before.unit)}`;
    checker.tell([...path, 'unchanged', 'after'], message);
  } else if (before !== null && typeof checker.at([...path, 'tolerance']) !== 'number') {
    checkUnit(checker, [...path, 'tolerance'], before);
  }
  const field = checker.text([...path, 'value', 'field']);
  const ofField = field === null ? null : { name: field, unit: unitOfField(field) };
  const ofStamps = { name: 'the difference of two stamps', unit: 'ns' } as const;
  for (const [key, compared] of [
    ['value', ofField],
    ['stamps-differ-by', ofStamps],
  ] as const) {
    if (compared !== null) checkUnit(checker, [...path, key, 'tolerance'], compared);
    checkExpression(checker, [...path, key, 'is'], 'double', compared?.unit);
  }
}

/** Fields of messages are plain numbers but for durations in ns, which say so in their names. */
function unitOfField(field: string): Unit {
  return field.endsWith('Ns') ? 'ns' : 'count';
}

/** An expectation about a load profile that asks nothing would always hold. */
function checkAsks(checker: Checker, path: Path): void {
  if (checker.text([...path, 'intervals']) === null) return;
  const contiguous = checker.at([...path, 'contiguous']);
  const asks = ['sum-since', 'flags'].some((key) => checker.at([...path, key]) !== undefined);
  if (asks || (contiguous !== undefined && contiguous !== false)) return;
  const keys = ['contiguous', 'sum-since', 'flags'];
  if (!checker.misspelt(path, ...keys)) {
    checker.tellKey([...path, 'intervals'], 'nothing is asked of the intervals', keys);
  }
}

/** An expression that can be read is right; one whose names cannot be told is left alone. */
function checkExpression(
  checker: Checker,
  path: Path,
  wanted: ExpressionType,
  unit?: Unit,
  fields: ExpressionFields = {},
): void {
  const text = checker.text(path);
  if (text === null || text === '') return;
  const parameters: Record<string, ParameterValue> = {};
  for (const [name, type] of checker.names.parameters) {
    const example = exampleOf(type);
    if (example !== null && isParameterName(name)) parameters[name] = example;
    else if (namesIt(text, name)) return;
  }
  // What a step with a slip measures cannot be told: any name may be right.
  const { names } = checker;
  const given = names.resultsOpen ? measurementsIn(text) : [];
  const measurements = [...resultNames(names, 'measurement'), ...given];
  const compiled = compileExpression(text, parameters, measurements, fields);
  if (!compiled.ok) {
    const { start, end, unknown, message } = compiled;
    // It may be a parameter from a list that is misspelt itself.
    if (unknown !== null && checker.misspelt([], 'parameters', 'cases')) return;
    const allowed = unknown === null ? [] : unknown.allowed;
    checker.tellInside(path, [start, end], message, allowed, unknown?.name ?? null);
  } else if (compiled.type !== wanted) {
    const kinds = { bool: 'true or false', double: 'a number', string: 'a text' };
    checker.tell(path, `gives ${kinds[compiled.type]}, and ${kinds[wanted]} is needed here`);
  } else {
    checkUnits(checker, path, text, unit);
  }
}

/** Whether a text holds a name as a whole word. */
function namesIt(text: string, name: string): boolean {
  return text.split(/[^\w]+/).includes(name);
}

function checkUnits(checker: Checker, path: Path, text: string, wanted?: Unit): void {
  const { parameters, results } = checker.names;
  const measured = new Map<string, Unit>();
  for (const { name, yields } of results) {
    if (yields?.kind === 'measurement') measured.set(name, yields.unit);
  }
  const { unit, mistakes } = unitsOf(text, { parameters, measured });
  for (const { message, start, end } of mistakes) {
    checker.tellInside(path, [start, end], message, [], null);
  }
  const odd = wanted === undefined ? null : unlike(unit, wanted, text);
  if (odd !== null) checker.tell(path, odd);
}
