import { isRecord } from '../document/schema-mistakes.ts';
import { schemaAt } from '../document/schema-walk.ts';
import type { Path } from '../document/yaml-text.ts';
import type { Checker } from './checker.ts';
import { namesIn, typeOfWritten } from './names.ts';
import type { NameType } from './names.ts';
import { PROFILE_NAMES, profileUnit } from './profile-value.ts';
import { scenarioSchema } from './schema.ts';
import { isParameterName } from './expression.ts';
import { forEachReference } from './references-in.ts';
import {
  accepts,
  beyond,
  boundsOf,
  isReference,
  literal,
  misfit,
  nounOf,
  valueTypeOf,
  withUnit,
} from './value.ts';
import type { ValueType } from './value.ts';

/** Parameters, the values that cases give them, and every `$reference`. */
export function checkValues(checker: Checker): void {
  checkUnitless(checker);
  for (const name of checker.keys(['parameters'])) checkScalar(checker, ['parameters', name]);
  checkCases(checker);
  checkCaseNames(checker);
  checkLackingValues(checker);
  forEachReference(checker.yaml.data, (path, written) => checkReference(checker, path, written));
}

/**
 * A bare number that is used as a quantity is one slip, told where the number stands; nothing more
 * is said about what uses it.
 */
function checkUnitless(checker: Checker): void {
  const unreadable = new Set<string>();
  forEachReference(checker.yaml.data, (path, written) => {
    const name = written.slice(1);
    const value = checker.at(['parameters', name]);
    const wanted = wantedAt(checker, path);
    if (typeof value !== 'number' || wanted === undefined || unreadable.has(name)) return;
    if (wanted === 'flag' || wanted === 'text' || accepts(wanted, 'count')) return;
    unreadable.add(name);
    const suggestion = `"${withUnit(value, wanted)}"?`;
    const message = `${value} has no unit; ${written} is used as ${nounOf(wanted)}: ${suggestion}`;
    checker.tell(['parameters', name], message);
  });
  const { resultsOpen } = checker.names;
  checker.names = { ...namesIn(checker.yaml.data, unreadable), resultsOpen };
}

function wantedAt(checker: Checker, path: Path): ValueType | undefined {
  return valueTypeOf(schemaAt(scenarioSchema, path, checker.yaml.data));
}

function checkScalar(checker: Checker, path: Path): void {
  const written = checker.at(path);
  if (typeof written !== 'string' || written.startsWith('$')) return;
  if (literal(written) === undefined) checker.tell(path, misfit(written) ?? 'no value');
}

function checkCases(checker: Checker): void {
  for (const [index, one] of checker.list(['cases']).entries()) {
    if (!isRecord(one)) continue;
    for (const name of Object.keys(one)) {
      if (name === 'case') continue;
      if (!isParameterName(name)) {
        checker.tellKey(['cases', index, name], `"${name}" cannot name a parameter: camelCase`);
      }
      checkCaseValue(checker, name, ['cases', index, name]);
    }
  }
  for (const name of checker.keys(['cases'])) {
    for (const [index] of checker.list(['cases', name]).entries()) {
      checkCaseValue(checker, name, ['cases', name, index]);
    }
    for (const part of ['edges', 'also']) {
      for (const [index] of checker.list(['cases', name, part]).entries()) {
        checkCaseValue(checker, name, ['cases', name, part, index]);
      }
    }
    if (checker.at(['cases', name, 'step']) !== undefined) {
      checkCaseValue(checker, name, ['cases', name, 'step']);
    }
  }
}

/** Every value that cases give to one parameter is of the parameter's type. */
function checkCaseValue(checker: Checker, name: string, path: Path): void {
  checkScalar(checker, path);
  const wanted = checker.names.parameters.get(name) ?? 'unknown';
  const given = typeOfWritten(checker.at(path), checker.names.parameters);
  if (wanted === 'unknown' || given === 'unknown' || accepts(wanted, given)) return;
  // A bare number where the language itself asks for a unit was told with the schema.
  if (given === 'count' && checker.at(path) !== undefined && path.includes('edges')) return;
  checker.tell(path, `${name} is ${nounOf(wanted)} elsewhere, and ${nounOf(given)} here`);
}

/** Two cases of one name could not be told apart in a report. */
function checkCaseNames(checker: Checker): void {
  const seen = new Set<unknown>();
  for (const index of checker.list(['cases']).keys()) {
    const path = ['cases', index, 'case'];
    const name = checker.text(path);
    if (name === null) continue;
    if (seen.has(name)) checker.tell(path, `another case is called ${name}`);
    seen.add(name);
  }
}

/** Each case gives a value to every parameter that is used and has no value for all cases. */
function checkLackingValues(checker: Checker): void {
  const cases = checker.list(['cases']).filter(isRecord);
  const declared = checker.keys(['parameters']);
  const given = new Set(cases.flatMap((one) => Object.keys(one)));
  const used = usedNames(checker);
  for (const name of given) {
    if (name === 'case' || declared.includes(name) || !used.has(name)) continue;
    for (const [index, one] of checker.list(['cases']).entries()) {
      if (!isRecord(one) || Object.hasOwn(one, name)) continue;
      checker.tellKey(['cases', index], `this case gives no ${name}, which the steps use`);
    }
  }
}

/** Names of parameters in references and in expressions. */
function usedNames(checker: Checker): ReadonlySet<string> {
  const used = new Set<string>();
  forEachReference(checker.yaml.data, (_path, written) => used.add(written.slice(1)));
  for (const index of checker.list(['expect']).keys()) {
    for (const part of [['when'], ['value', 'is'], ['stamps-differ-by', 'is']]) {
      const text = checker.text(['expect', index, ...part]) ?? '';
      for (const word of text.split(/[^\w.]+/)) used.add(word);
    }
  }
  return used;
}

function checkReference(checker: Checker, path: Path, written: string): void {
  const name = written.slice(1);
  const { parameters } = checker.names;
  const wanted = wantedAt(checker, path);
  if (name.startsWith('profile.')) {
    const inProfile = name.slice('profile.'.length);
    const unit = profileUnit(inProfile);
    if (unit === undefined) {
      const allowed = PROFILE_NAMES.map((known) => `$profile.${known}`);
      checker.tell(path, `no meter profile has ${inProfile}`, allowed, written);
    } else checkUse(checker, path, written, unit, wanted);
    return;
  }
  const given = parameters.get(name);
  if (given === undefined) {
    if (checker.misspelt([], 'parameters', 'cases')) return;
    const allowed = [...parameters.keys()].map((known) => `$${known}`);
    checker.tell(path, `unknown parameter ${written}`, allowed, written);
    return;
  }
  checkUse(checker, path, written, given, wanted);
}

function checkUse(
  checker: Checker,
  path: Path,
  written: string,
  given: NameType,
  wanted: ValueType | undefined,
): void {
  if (wanted === undefined || given === 'unknown') return;
  if (accepts(wanted, given)) {
    checkBounds(checker, path, written.slice(1));
    return;
  }
  checker.tell(path, `${written} is ${nounOf(given)}, and ${nounOf(wanted)} is needed here`);
}

/** Values that a parameter has in the file lie within the bounds of where it is used. */
function checkBounds(checker: Checker, path: Path, name: string): void {
  const bounds = boundsOf(schemaAt(scenarioSchema, path, checker.yaml.data));
  if (bounds === undefined) return;
  for (const place of placesOf(checker, name)) {
    const written = checker.at(place);
    if (typeof written !== 'string' && typeof written !== 'number') continue;
    // What is a reference itself has its value only with a meter's profile, in the plan.
    const value = isReference(written) ? undefined : literal(written);
    const limit = value === undefined ? null : beyond(bounds, value);
    if (limit === null) continue;
    checker.tell(place, `${written} ${limit} where $${name} is used (${String(path.at(-1))})`);
  }
}

/** Where a parameter is given its values: in the cases, and before them for cases without one. */
function placesOf(checker: Checker, name: string): readonly Path[] {
  const cases = checker.at(['cases']);
  if (isRecord(cases) && Object.hasOwn(cases, name)) {
    return checker.list(['cases', name]).map((_, index) => ['cases', name, index]);
  }
  const listed = checker.list(['cases']).map((_, index) => ['cases', index, name]);
  const given = listed.filter((place) => checker.at(place) !== undefined);
  const always = listed.length > 0 && given.length === listed.length;
  return always ? given : [['parameters', name], ...given];
}
