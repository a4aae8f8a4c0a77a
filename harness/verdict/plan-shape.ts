import { METRICS } from '../plan/plan.ts';
import type { ExpectationKind, Plan } from '../plan/plan.ts';
import { unit } from '../journal/entry-shape.ts';
import {
  count,
  either,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  table,
  tagged,
  text,
  truth,
} from '../journal/shape.ts';
import type { Shape } from '../journal/shape.ts';

const source = object({ file: text, line: number, column: number });
const anchor = object({ step: nullable(text), edge: oneOf('start', 'end') });
const control = object({ message: text, withinNs: number });
const origin = object({ kind: oneOf('requirement', 'class', 'user', 'default'), name: text });
const limits = object({
  minimum: nullable(number),
  maximum: nullable(number),
  unit,
  origin,
  rule: oneOf('simple acceptance', 'guard band'),
  resolution: nullable(number),
});
const forbidden = either(object({ message: text }), object({ event: number, log: text }));
const value = { is: text, tolerance: number };

const EXPECTATIONS: Readonly<Record<ExpectationKind, Shape>> = {
  measure: object({ measurement: text, limits }),
  recorded: object({ measurement: text, raw: table(number) }),
  message: object({
    message: text,
    since: anchor,
    notBeforeNs: number,
    withinNs: number,
    count: number,
    value: nullable(object({ field: text, ...value })),
    pairsWith: nullable(text),
    origin,
  }),
  never: object({ forbidden: list(forbidden), since: anchor, forNs: number, control }),
  unchanged: object({
    before: text,
    after: text,
    tolerance: number,
    since: anchor,
    forNs: number,
    control,
  }),
  events: object({ log: text, codes: list(number), stampsDifferBy: nullable(object(value)) }),
  intervals: object({
    profile: text,
    contiguous: truth,
    sumSince: nullable(text),
    sumTolerance: number,
    flags: list(text),
  }),
  answer: object({ step: text, accepted: truth }),
  alarm: object({
    alarm: text,
    since: anchor,
    notBeforeNs: number,
    withinNs: number,
    count: number,
    pairsWith: nullable(text),
    origin,
  }),
  snapshot: object({ snapshot: text, holds: text }),
  threshold: object({
    threshold: object({
      metric: oneOf(...Object.keys(METRICS)),
      alarm: text,
      statistic: either(oneOf('count', 'min', 'max', 'med', 'avg'), object({ percentile: number })),
      comparison: oneOf('<', '<=', '==', '>=', '>'),
      bound: number,
      text,
    }),
    origin,
  }),
};

const selection = object({
  name: text,
  ranges: list(object({ first: count, count, stride: count })),
});
const fleet = object({
  meters: count,
  feeders: number,
  profile: object({ profile: text }),
  carrier: object({ name: text, origin: text }),
  commissioned: text,
  lagBounds: object({ generatorNs: number, observerNs: number }),
});

const asked = object({
  id: text,
  decides: list(text),
  when: nullable(text),
  eachOf: nullable(selection),
  source,
});
const ofItsKind = tagged('kind', EXPECTATIONS);
const expectation: Shape = (read, path) => asked(read, path) ?? ofItsKind(read, path);

const plannedCase = object({
  key: text,
  scenario: text,
  title: text,
  name: text,
  covers: list(text),
  parameters: table(either(object({ value: number, unit }), truth, text, number)),
  steps: list(object({ id: text, action: object({ do: text }), of: nullable(selection), source })),
  expectations: list(expectation),
  fleet: nullable(fleet),
  time: oneOf('simulated', 'wall'),
  position: optional(text),
});

const instrument = object({
  role: text,
  driver: text,
  simulated: truth,
  make: text,
  model: text,
  serial: text,
  certificate: nullable(text),
  calibrated: nullable(text),
  due: nullable(text),
  uncertainty: nullable(text),
});

const abilities = object({
  bench: text,
  simulated: truth,
  position: text,
  meterSerial: text,
  profile: object({
    profile: text,
    manufacturer: text,
    model: text,
    form: text,
    accuracyClassPpm: number,
    clock: object({ tickNs: number }),
  }),
  headEnd: nullable(object({ name: text })),
  instruments: list(instrument),
});

const FIELDS: Readonly<Record<keyof Plan, Shape>> = {
  format: text,
  title: text,
  seed: number,
  time: oneOf('simulated', 'wall'),
  startUtcMs: number,
  abilities,
  positions: optional(list(abilities)),
  cases: list(plannedCase),
  inapplicable: list(
    object({ scenario: text, case: nullable(text), covers: list(text), reason: text }),
  ),
  covers: list(text),
  required: list(text),
  subjects: table(text),
  sources: list(object({ name: text, sha256: text })),
  permissions: object({
    allowed: list(text),
    calibration: object({
      profile: nullable(text),
      findings: list(object({ role: text, what: text, decides: truth, text })),
      override: nullable(object({ by: text, reason: text })),
    }),
  }),
  defect: nullable(text),
  declarations: optional(
    list(
      object({
        requirement: text,
        statement: text,
        by: text,
        on: text,
        document: nullable(object({ name: text, sha256: text })),
      }),
    ),
  ),
  chosen: optional(text),
};

/** What a plan must have to be judged and reported. */
export const planShape: Shape = object(FIELDS);
