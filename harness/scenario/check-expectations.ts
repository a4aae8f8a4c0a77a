import { MESSAGE_LAYOUT } from '../../devices/domain/message.ts';
import { isRecord } from '../document/schema-mistakes.ts';
import type { Path } from '../document/yaml-text.ts';
import type { ParameterValue } from '../plan/plan.ts';
import type { Checker } from './checker.ts';
import { compileExpression, isParameterName } from './expression.ts';
import type { ExpressionType } from './expression.ts';
import { exampleOf, resultNames, typeOfWritten } from './names.ts';
import { accepts, nounOf } from './value.ts';
import { VERBS } from './verb/index.ts';

/** What the expectations name, compute and decide. */
export function checkExpectations(checker: Checker): void {
  for (const index of checker.list(['expect']).keys()) {
    const path = ['expect', index];
    checkDecides(checker, path);
    checkNames(checker, path);
    checkLimits(checker, path);
    checkExpression(checker, [...path, 'when'], 'bool');
    checkExpression(checker, [...path, 'value', 'is'], 'double');
    checkExpression(checker, [...path, 'stamps-differ-by', 'is'], 'double');
  }
  checkCovered(checker);
}

function checkDecides(checker: Checker, path: Path): void {
  const covers = checker.list(['covers']).filter((id) => typeof id === 'string');
  const decides = checker.at([...path, 'decides']);
  if (decides === undefined && covers.length > 1 && isRecord(checker.at(path))) {
    const message = 'decides is missing: the scenario covers more than one requirement';
    checker.tellKey(path, message, covers);
  }
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
  if (open || expectations.length === 0) return;
  const decided = expectations.flatMap((_, index) => checker.list(['expect', index, 'decides']));
  for (const [index, id] of checker.list(['covers']).entries()) {
    if (!checker.catalogue.requirements.has(String(id)) || decided.includes(id)) continue;
    checker.tell(['covers', index], `no expectation decides ${String(id)}`);
  }
}

function checkNames(checker: Checker, path: Path): void {
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
  checker.oneOf([...path, 'each-of'], 'no group is named', checker.names.groups);
  checkAnchor(checker, [...path, 'since']);
  checkAnswer(checker, [...path, 'answer']);
  checkField(checker, path);
  checkOrigin(checker, [...path, 'from']);
  checkOrigin(checker, [...path, 'limits', 'from']);
}

function checkAnchor(checker: Checker, path: Path): void {
  const [, edge, id] = /^(start|end) of (\S+)$/.exec(checker.text(path) ?? '') ?? [];
  if (edge === undefined || id === undefined) return;
  if (id === 'case' && edge === 'start') return;
  const ids = checker.names.steps.map((step) => step.id);
  if (ids.includes(id)) return;
  const allowed = ids.filter((known) => !/^step-\d+$/.test(known));
  const start = edge.length + ' of '.length;
  const message = `no step has the id ${id}`;
  checker.tellInside(path, [start, start + id.length], message, ['case', ...allowed], id);
}

function checkAnswer(checker: Checker, path: Path): void {
  const id = checker.text(path);
  if (id === null) return;
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
  if (bounds.length === 0) {
    checker.tellKey([...path, 'limits'], 'no bound is given', ['max-abs', 'min', 'max']);
  } else if (bounds.includes('max-abs') && bounds.length > 1) {
    checker.tellKey([...path, 'limits'], 'max-abs stands alone: it is both min and max');
  }
  const measured = checker.names.results.find(
    ({ name }) => name === checker.text([...path, 'measure']),
  );
  if (measured?.yields?.kind !== 'measurement') return;
  const { unit } = measured.yields;
  for (const key of [...bounds, 'resolution']) {
    const given = typeOfWritten(limits[key], checker.names.parameters);
    if (limits[key] === undefined || given === 'unknown' || accepts(unit, given)) continue;
    if (typeof limits[key] === 'number') continue;
    const message = `${measured.name} is ${nounOf(unit)}, and this is ${nounOf(given)}`;
    checker.tell([...path, 'limits', key], message);
  }
}

/** An expression that can be read is right; one whose names cannot be told is left alone. */
function checkExpression(checker: Checker, path: Path, wanted: ExpressionType): void {
  const text = checker.text(path);
  if (text === null || text === '') return;
  const parameters: Record<string, ParameterValue> = {};
  for (const [name, type] of checker.names.parameters) {
    const example = exampleOf(type);
    if (example !== null && isParameterName(name)) parameters[name] = example;
    else if (text.includes(name)) return;
  }
  const compiled = compileExpression(text, parameters, resultNames(checker.names, 'measurement'));
  if (!compiled.ok) {
    const { start, end, unknown, message } = compiled;
    const allowed = unknown === null ? [] : unknown.allowed;
    checker.tellInside(path, [start, end], message, allowed, unknown?.name ?? null);
  } else if (compiled.type !== wanted) {
    const kinds = { bool: 'true or false', double: 'a number', string: 'a text' };
    checker.tell(path, `gives ${kinds[compiled.type]}, and ${kinds[wanted]} is needed here`);
  }
}
