import type { Unit } from '../../devices/domain/quantity.ts';
import { namesIn } from '../scenario/names.ts';
import { kindOf } from '../scenario/expectation-kind.ts';
import type {
  WrittenExpectations,
  WrittenLimits,
  WrittenOrigin,
} from '../scenario/expectation-schema.ts';
import type { Scenario } from '../scenario/load.ts';
import type { Scalar } from '../scenario/value.ts';
import { ValueError, placed } from '../scenario/values.ts';
import type { Values } from '../scenario/values.ts';
import type { Selection } from '../../rigs/port/fleet.ts';
import { parseThreshold } from './threshold.ts';
import type { Anchor, ExpectationKind, Limits, PlannedExpectation } from './plan.ts';

/** What an expectation of one kind adds to what all have. */
type Added<K extends ExpectationKind> = WithoutCommon<
  Extract<PlannedExpectation, { readonly kind: K }>
>;
type WithoutCommon<E> = E extends unknown
  ? Omit<E, 'id' | 'decides' | 'when' | 'eachOf' | 'source'>
  : never;

interface Context {
  readonly scenario: Scenario;
  readonly values: Values;
}

const PLANNERS: {
  readonly [K in ExpectationKind]: (written: WrittenExpectations[K], context: Context) => Added<K>;
} = {
  measure: (written, context) => ({
    kind: 'measure',
    measurement: written.measure,
    limits: limitsOf(written.limits, unitOf(written.measure, context), context),
  }),
  recorded: (written, { values }) => ({
    kind: 'recorded',
    measurement: written.recorded,
    raw: Object.fromEntries(
      Object.entries(written.raw).map(([name, least]) => [name, amountOf(least, values)]),
    ),
  }),
  message: (written, { values }) => {
    const notBeforeNs = written.after === undefined ? 0 : values.durationNs(written.after);
    const { count = 'once', value } = written;
    return {
      kind: 'message',
      message: written.message,
      since: anchorOf(written.since),
      notBeforeNs,
      withinNs: notBeforeNs + values.durationNs(written.within),
      count: count === 'once' ? 1 : values.count(count),
      value:
        value === undefined
          ? null
          : { field: value.field, is: value.is, tolerance: amountOf(value.tolerance, values) },
      pairsWith: written['pairs-with'] ?? null,
      origin: originOf(written.from),
    };
  },
  never: (written, { values }) => ({
    kind: 'never',
    forbidden: written.never,
    ...windowOf(written, values),
  }),
  unchanged: (written, { values }) => ({
    kind: 'unchanged',
    before: written.unchanged.before,
    after: written.unchanged.after,
    tolerance: amountOf(written.tolerance, values),
    ...windowOf(written, values),
  }),
  events: (written, { values }) => {
    const differ = written['stamps-differ-by'];
    return {
      kind: 'events',
      log: written.events,
      codes: written.codes,
      stampsDifferBy:
        differ === undefined
          ? null
          : { is: differ.is, tolerance: amountOf(differ.tolerance, values) },
    };
  },
  intervals: (written, { values }) => ({
    kind: 'intervals',
    profile: written.intervals,
    contiguous: written.contiguous === undefined ? false : values.flag(written.contiguous),
    sumSince: written['sum-since'] ?? null,
    sumTolerance:
      written['sum-tolerance'] === undefined ? 0 : amountOf(written['sum-tolerance'], values),
    flags: written.flags ?? [],
  }),
  answer: (written) => ({ kind: 'answer', step: written.answer, accepted: written.accepted }),
  alarm: (written, { values }) => {
    const notBeforeNs = written.after === undefined ? 0 : values.durationNs(written.after);
    const { count = 'once' } = written;
    return {
      kind: 'alarm',
      alarm: written.alarm,
      since: anchorOf(written.since),
      notBeforeNs,
      withinNs: notBeforeNs + values.durationNs(written.within),
      count: count === 'once' ? 1 : values.count(count),
      pairsWith: written['pairs-with'] ?? null,
      origin: originOf(written.from),
    };
  },
  snapshot: (written) => ({ kind: 'snapshot', snapshot: written.snapshot, holds: written.holds }),
  threshold: (written) => {
    const threshold = parseThreshold(written.threshold, written.is);
    if (typeof threshold === 'string') throw new ValueError(threshold);
    return { kind: 'threshold', threshold, origin: originOf(written.from) };
  },
};

/**
 * Compiles the expectations of one case.
 * @param select resolves groups of a fleet; null on a rig, which has one meter
 * @throws ValueError for a value that does not fit
 */
export function planExpectations(
  scenario: Scenario,
  values: Values,
  select: ((group: string) => Selection) | null,
): readonly PlannedExpectation[] {
  return scenario.written.expect.map((written, index) => {
    const kind = kindOf(written);
    if (kind === null) throw new ValueError('an expectation of no known kind');
    const position = scenario.position(['expect', index]);
    return {
      id: written.id ?? `expect-${index + 1}`,
      decides: written.decides ?? scenario.covers,
      when: written.when ?? null,
      eachOf: placed(position, () => select?.(written['each-of'] ?? 'all') ?? null),
      source: position,
      ...placed(position, () => planOne(kind, written, { scenario, values })),
    };
  });
}

function planOne<K extends ExpectationKind>(
  kind: K,
  written: WrittenExpectations[K],
  context: Context,
): Added<K> {
  return PLANNERS[kind](written, context);
}

function windowOf(
  written: Pick<WrittenExpectations['never'], 'since' | 'for' | 'control'>,
  values: Values,
) {
  return {
    since: anchorOf(written.since),
    forNs: values.durationNs(written.for),
    control: {
      message: written.control.message,
      withinNs: values.durationNs(written.control.within),
    },
  };
}

/** "end of sync" as an anchor; "start of case" has no step. */
function anchorOf(written: string): Anchor {
  const [edge, , step = 'case'] = written.split(' ');
  return { step: step === 'case' ? null : step, edge: edge === 'start' ? 'start' : 'end' };
}

function originOf(written: WrittenOrigin): Limits['origin'] {
  if (typeof written === 'string') {
    return written === 'user'
      ? { kind: 'user', name: 'user' }
      : { kind: 'requirement', name: written };
  }
  return 'class' in written
    ? { kind: 'class', name: written.class }
    : { kind: 'default', name: written.default };
}

function limitsOf(written: WrittenLimits, unit: Unit, { values }: Context): Limits {
  const bound = (text: string | undefined): number | null =>
    text === undefined ? null : values.quantity(text, unit);
  const most = bound(written['max-abs']);
  const minimum = most === null ? bound(written.min) : -most;
  const maximum = most ?? bound(written.max);
  if (minimum !== null && maximum !== null && minimum > maximum) {
    throw new ValueError(`min ${String(written.min)} is above max ${String(written.max)}`);
  }
  return {
    minimum,
    maximum,
    unit,
    origin: originOf(written.from),
    rule: written.rule ?? 'simple acceptance',
    resolution: bound(written.resolution),
  };
}

function unitOf(measurement: string, { scenario }: Context): Unit {
  const found = namesIn(scenario.written).results.find(({ name }) => name === measurement);
  if (found?.yields?.kind === 'measurement') return found.yields.unit;
  throw new ValueError(`no step measures ${measurement}`);
}

/** An amount in the smallest step of whatever unit it is written in. */
function amountOf(written: Scalar, values: Values): number {
  const value = values.resolve(written);
  if (typeof value === 'number') return value;
  if (typeof value === 'object') return value.value;
  throw new ValueError(`${String(written)} is not a number`);
}
