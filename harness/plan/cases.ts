import { formatQuantity } from '../../devices/domain/quantity.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { isRecord } from '../document/schema-mistakes.ts';
import type { Scenario } from '../scenario/load.ts';
import { pointFor } from '../scenario/load-points.ts';
import type { WrittenEdges } from '../scenario/schema.ts';
import { showValue } from '../scenario/value.ts';
import type { Scalar } from '../scenario/value.ts';
import { ValueError, Values } from '../scenario/values.ts';
import type { ParameterValue } from './plan.ts';

/** One case of a scenario: a name that is unique in it, and the value of every parameter. */
export interface ExpandedCase {
  readonly name: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Why the case is nothing for this meter type; absent when it is something. */
  readonly unfit?: string;
}

interface Choice {
  readonly value: ParameterValue;
  readonly shown: string;
}

/**
 * The cases of a scenario for a meter type, in the order of the file: every combination of a
 * matrix, the listed cases, or the scenario itself when it has none.
 * @throws ValueError for a value that does not fit where it stands.
 */
export function expandCases(scenario: Scenario, profile: MeterProfile): readonly ExpandedCase[] {
  const defaults = parametersOf(scenario, profile);
  const { cases } = scenario.written;
  if (cases === undefined) return [{ name: 'the only case', parameters: defaults }];
  if ('load-points' in cases) return loadPointCases(scenario, defaults, profile);
  if (Array.isArray(cases)) {
    return unique(
      cases.map((one) => {
        const { case: name, ...given } = one;
        return { name, parameters: withValues(defaults, given, profile) };
      }),
    );
  }
  let expanded: ExpandedCase[] = [{ name: '', parameters: defaults }];
  for (const [parameter, values] of Object.entries(cases)) {
    const choices = isEdges(values)
      ? edgeChoices(values, new Values(profile, defaults))
      : values.map((written) => choiceOf(new Values(profile, defaults).resolve(written)));
    expanded = expanded.flatMap(({ name, parameters }) =>
      choices.map(({ value, shown }) => ({
        name: `${name === '' ? '' : `${name}, `}${parameter}=${shown}`,
        parameters: { ...parameters, [parameter]: value },
      })),
    );
  }
  return unique(expanded);
}

/** One case for each load point of the file that the scenario names. */
function loadPointCases(
  { loadPoints }: Scenario,
  defaults: Readonly<Record<string, ParameterValue>>,
  profile: MeterProfile,
): readonly ExpandedCase[] {
  if (loadPoints === null) throw new ValueError('the file of its load points is not loaded');
  return loadPoints['load-points'].map((point): ExpandedCase => {
    const found = pointFor(point, loadPoints, profile);
    if ('reason' in found) return { name: point.point, parameters: defaults, unfit: found.reason };
    const parameters = { ...defaults, ...found.parameters };
    return { name: point.point, parameters };
  });
}

/** Values of the parameters as the file gives them; later ones may refer to earlier ones. */
function parametersOf(scenario: Scenario, profile: MeterProfile): Record<string, ParameterValue> {
  return withValues({}, scenario.written.parameters ?? {}, profile);
}

function withValues(
  known: Readonly<Record<string, ParameterValue>>,
  written: Readonly<Record<string, Scalar>>,
  profile: MeterProfile,
): Record<string, ParameterValue> {
  const parameters: Record<string, ParameterValue> = { ...known };
  for (const [name, value] of Object.entries(written)) {
    parameters[name] = new Values(profile, parameters).resolve(value);
  }
  return parameters;
}

function isEdges(values: readonly Scalar[] | WrittenEdges): values is WrittenEdges {
  return isRecord(values);
}

/** One step below each edge, on it, and one above; with both signs when asked for. */
function edgeChoices(written: WrittenEdges, values: Values): readonly Choice[] {
  const first = values.resolve(written.edges[0] ?? '');
  if (typeof first !== 'object') throw new ValueError('an edge is a number with its unit');
  const { unit } = first;
  const step = values.quantity(written.step, unit);
  const magnitudes = written.edges.flatMap((edge) => {
    const at = values.quantity(edge, unit);
    return [at - step, at, at + step];
  });
  for (const further of written.also ?? []) magnitudes.push(values.quantity(further, unit));
  const amounts = [...new Set(magnitudes.filter((amount) => amount >= 0))].sort((a, b) => a - b);
  const signs = { both: [1, -1], positive: [1], negative: [-1] }[written.signs ?? 'positive'];
  const signed = amounts.flatMap((amount) =>
    amount === 0 ? [0] : signs.map((sign) => sign * amount),
  );
  const plus = written.signs === 'both' ? '+' : '';
  return signed.map((value) => ({
    value: { value, unit },
    shown: `${value > 0 ? plus : ''}${formatQuantity({ value, unit })}`,
  }));
}

function choiceOf(value: ParameterValue): Choice {
  return { value, shown: showValue(value) };
}

/** Names tell cases apart; a name that comes again gets its number. */
function unique(cases: readonly ExpandedCase[]): readonly ExpandedCase[] {
  const count = new Map<string, number>();
  return cases.map(({ name, ...rest }) => {
    const seen = (count.get(name) ?? 0) + 1;
    count.set(name, seen);
    return { name: seen === 1 ? name : `${name} (${seen})`, ...rest };
  });
}
