import { dataAt, isRecord } from '../document/schema-mistakes.ts';
import type { ParameterValue } from '../plan/plan.ts';
import { profileUnit } from './profile-value.ts';
import { LOAD_POINT_PARAMETERS } from './load-points.ts';
import { isReference, literal, typeOfValue } from './value.ts';
import type { ValueType } from './value.ts';
import { VERBS, isVerb } from './verb/index.ts';
import type { Yielding } from './verb/verb.ts';

/** 'unknown': it is there, but its value cannot be read; nothing more is said about its uses. */
export type NameType = ValueType | 'unknown';

export interface NamedStep {
  readonly id: string;
  readonly index: number;
  /** What stands behind `do`; null when it is no verb. */
  readonly verb: keyof typeof VERBS | null;
}

export interface NamedResult {
  readonly name: string;
  readonly step: number;
  /** Null when the verb is unknown, so that any use of the name may be right. */
  readonly yields: Yielding | null;
}

/** Everything in a scenario that another part of it may name. */
export interface Names {
  readonly parameters: ReadonlyMap<string, NameType>;
  readonly steps: readonly NamedStep[];
  readonly results: readonly NamedResult[];
  /** A step has a slip where its result would be named: any name of a result may be right. */
  readonly resultsOpen: boolean;
  readonly groups: readonly string[];
}

/**
 * Gathers the names of a scenario from what can be read of it.
 * @param unreadable parameters of which it is known that their value is a mistake.
 */
export function namesIn(data: unknown, unreadable: ReadonlySet<string> = new Set()): Names {
  const steps = listAt(data, 'steps');
  const groups = dataAt(data, ['groups']);
  return {
    parameters: parametersOf(data, unreadable),
    steps: steps.map((step, index) => {
      const id = dataAt(step, ['id']);
      const verb = dataAt(step, ['do']);
      return {
        id: typeof id === 'string' ? id : `step-${index + 1}`,
        index,
        verb: isVerb(verb) ? verb : null,
      };
    }),
    results: steps.flatMap((step, index) => {
      const name = dataAt(step, ['with', 'as']);
      const verb = dataAt(step, ['do']);
      if (typeof name !== 'string') return [];
      const yields = isVerb(verb) ? VERBS[verb].yieldsIn(dataAt(step, ['with'])) : null;
      return [{ name, step: index, yields }];
    }),
    resultsOpen: steps.length === 0 || hasUnnamedResult(steps),
    groups: ['all', ...(isRecord(groups) ? Object.keys(groups) : [])],
  };
}

/** Whether a step gives something without a name that can be read, or with that of another step. */
function hasUnnamedResult(steps: readonly unknown[]): boolean {
  const seen = new Set<unknown>();
  return steps.some((step) => {
    const verb = dataAt(step, ['do']);
    const name = dataAt(step, ['with', 'as']);
    if (!isVerb(verb)) return typeof name !== 'string';
    if (VERBS[verb].yields === null) return false;
    const open = typeof name !== 'string' || seen.has(name);
    seen.add(name);
    return open;
  });
}

/** Names of results of one kind, in the order of the steps. */
export function resultNames(names: Names, kind: Yielding['kind']): readonly string[] {
  return names.results
    .filter(({ yields }) => yields === null || yields.kind === kind)
    .map(({ name }) => name);
}

/** A value of each parameter's type, for checking expressions; null when one cannot be told. */
export function exampleOf(type: NameType): ParameterValue | null {
  switch (type) {
    case 'unknown':
      return null;
    case 'flag':
      return true;
    case 'text':
      return '';
    case 'count':
    case 'any quantity':
      return 0;
    case 'ns':
    case 'ppm':
    case 'mA':
    case 'mV':
    case 'mWh':
    case 'mdegC':
      return { value: 0, unit: type };
  }
}

function parametersOf(
  data: unknown,
  unreadable: ReadonlySet<string>,
): ReadonlyMap<string, NameType> {
  const types = new Map<string, NameType>([...unreadable].map((name) => [name, 'unknown']));
  const declared = dataAt(data, ['parameters']);
  if (isRecord(declared)) {
    for (const [name, value] of Object.entries(declared)) {
      if (!types.has(name)) types.set(name, typeOfWritten(value, types));
    }
  }
  if (typeof dataAt(data, ['cases', 'load-points']) === 'string') {
    for (const [name, type] of Object.entries(LOAD_POINT_PARAMETERS)) types.set(name, type);
  }
  for (const [name, value] of caseValues(data)) {
    if (!types.has(name)) types.set(name, typeOfWritten(value, types));
  }
  return types;
}

/** The type of what is written; a reference has the type of what it refers to. */
export function typeOfWritten(
  written: unknown,
  parameters: ReadonlyMap<string, NameType>,
): NameType {
  if (typeof written !== 'string' && typeof written !== 'number' && typeof written !== 'boolean') {
    return 'unknown';
  }
  if (isReference(written)) {
    const name = written.slice(1);
    if (!name.startsWith('profile.')) return parameters.get(name) ?? 'unknown';
    return profileUnit(name.slice('profile.'.length)) ?? 'unknown';
  }
  const value = literal(written);
  return value === undefined ? 'unknown' : typeOfValue(value);
}

/** Each parameter that the cases set, with the first value they give it. */
function caseValues(data: unknown): readonly (readonly [name: string, value: unknown])[] {
  const cases = dataAt(data, ['cases']);
  if (Array.isArray(cases)) {
    return cases.flatMap((one) =>
      isRecord(one) ? Object.entries(one).filter(([name]) => name !== 'case') : [],
    );
  }
  if (!isRecord(cases) || 'load-points' in cases) return [];
  return Object.entries(cases).map(([name, values]) => {
    const list = isRecord(values) ? dataAt(values, ['edges']) : values;
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    // An edge without a unit is a mistake of the edge, not of what uses the parameter.
    return [name, isRecord(values) && typeof first === 'number' ? undefined : first];
  });
}

function listAt(data: unknown, key: string): readonly unknown[] {
  const value = dataAt(data, [key]);
  return Array.isArray(value) ? value : [];
}
