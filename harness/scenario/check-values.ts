import { isRecord } from '../document/schema-mistakes.ts';
import { schemaAt } from '../document/schema-walk.ts';
import type { Path } from '../document/yaml-text.ts';
import type { Checker } from './checker.ts';
import { typeOfWritten } from './names.ts';
import type { NameType } from './names.ts';
import { PROFILE_NAMES, profileUnit } from './profile-value.ts';
import { scenarioSchema } from './schema.ts';
import { isParameterName } from './expression.ts';
import { accepts, isReference, literal, nounOf, valueTypeOf, withUnit } from './value.ts';
import type { ValueType } from './value.ts';

/** Parameters, the values that cases give them, and every `$reference`. */
export function checkValues(checker: Checker): void {
  for (const name of checker.keys(['parameters'])) checkScalar(checker, ['parameters', name]);
  checkCases(checker);
  checkReferences(checker, [], checker.yaml.data);
}

function checkScalar(checker: Checker, path: Path): void {
  const written = checker.at(path);
  if (typeof written === 'string' && !isReference(written) && literal(written) === undefined) {
    checker.tell(
      path,
      `"${String(written)}" begins like a quantity, but it is none that is known here`,
    );
  }
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

function checkReferences(checker: Checker, path: Path, part: unknown): void {
  if (isReference(part)) checkReference(checker, path, part);
  else if (Array.isArray(part)) {
    for (const [index, item] of part.entries()) checkReferences(checker, [...path, index], item);
  } else if (isRecord(part)) {
    for (const [key, item] of Object.entries(part)) checkReferences(checker, [...path, key], item);
  }
}

function checkReference(checker: Checker, path: Path, written: string): void {
  const name = written.slice(1);
  const { parameters } = checker.names;
  const wanted = valueTypeOf(schemaAt(scenarioSchema, path, checker.yaml.data));
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
  if (wanted === undefined || given === 'unknown' || accepts(wanted, given)) return;
  const definition = ['parameters', written.slice(1)];
  const value = checker.at(definition);
  if (typeof value === 'number' && wanted !== 'flag' && wanted !== 'text') {
    const suggestion = `"${withUnit(value, wanted)}"?`;
    checker.tell(
      definition,
      `${value} has no unit; ${written} is used as ${nounOf(wanted)}: ${suggestion}`,
    );
    return;
  }
  checker.tell(path, `${written} is ${nounOf(given)}, and ${nounOf(wanted)} is needed here`);
}
