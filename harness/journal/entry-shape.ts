import type { Unit } from '../../devices/domain/quantity.ts';
import type { Observation } from '../../rigs/port/observation.ts';
import type { Entry } from './entry.ts';
import {
  either,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  pair,
  table,
  tagged,
  text,
  truth,
} from './shape.ts';
import type { Shape } from './shape.ts';
import { FAULTS, OPEN_FAULTS } from './tally-result.ts';

/** What every line has, whatever its kind. */
const envelope = object({
  seq: number,
  atNs: number,
  clock: text,
  wall: text,
  fence: number,
  kind: text,
  prev: text,
});

const UNITS = ['ns', 'ppm', 'mA', 'mV', 'mWh', 'mdegC', 'count'] as const satisfies readonly Unit[];
export const unit = oneOf(...UNITS);
const blame = nullable(oneOf('rig', 'dut', 'head-end', 'scenario', 'harness'));

const OBSERVATIONS: Readonly<Record<Observation['kind'], Shape>> = {
  message: object({
    message: object({ kind: text, fields: table(number) }),
    bytesHex: nullable(text),
  }),
  reading: object({
    name: text,
    value: number,
    unit,
    expandedUncertainty: number,
    coverageFactor: number,
    budget: list(object({ source: text, standardUncertainty: number })),
    resolution: number,
    ticks: nullable(object({ size: number, count: nullable(number) })),
    raw: table(number),
  }),
  switch: object({ commanded: text, verified: text, verifiedBy: text }),
  table: object({ table: number, bytesHex: text }),
  'event-log': object({
    name: text,
    events: list(object({ number, code: number, stampMs: number })),
    lastNumber: number,
  }),
  'load-profile': object({
    name: text,
    intervalNs: number,
    intervals: list(object({ endMs: number, energyMilliWattHours: number, flags: list(text) })),
    registerMilliWattHours: number,
  }),
  answer: object({ accepted: truth, detail: text }),
  text: object({ name: text, text }),
  prompt: object({ id: text, text, answer: text, by: text }),
  alarm: object({
    alarm: object({
      alarmId: number,
      kind: text,
      serial: text,
      outageId: nullable(text),
      pairsWith: nullable(number),
      occurredAtMs: number,
      receivedAtMs: number,
      deviationNs: nullable(number),
    }),
  }),
  'northbound-heard': object({ event: text, eventNumber: number }),
  snapshot: object({
    name: text,
    rows: list(object({ meter: text, fields: table(table(either(text, number, truth))) })),
  }),
  health: object({
    health: object({
      generatorLagP99Ns: number,
      generatorLagMaximumNs: number,
      observerLagP99Ns: number,
      observerLagMaximumNs: number,
      eventLoopLagP99Ns: number,
      rssBytes: number,
      offered: number,
      achieved: number,
      received: number,
      refused: optional(number),
      series: list(
        object({
          atNs: number,
          offered: number,
          achieved: number,
          received: number,
          lagP99Ns: number,
        }),
      ),
    }),
  }),
  evidence: object({ what: text, detail: text }),
};

const fault = oneOf(...FAULTS, ...OPEN_FAULTS);
const tallyResult = object({
  meters: number,
  fulfilled: number,
  faults: table(number),
  violators: list(object({ meter: text, fault, why: text })),
  latency: nullable(
    object({
      samples: number,
      minimumNs: number,
      p50Ns: number,
      p95Ns: number,
      p99Ns: number,
      maximumNs: number,
      histogram: list(pair(number)),
    }),
  ),
  statistic: nullable(number),
  hash: text,
});

const place = object({
  at: object({ clock: text, ns: number }),
  instrument: text,
  position: text,
  meter: text,
});
const observation = both(place, tagged('kind', OBSERVATIONS));

const KINDS: Readonly<Record<Entry['kind'], Shape>> = {
  'run-opened': object({
    format: text,
    runId: text,
    seed: number,
    time: oneOf('simulated', 'wall'),
  }),
  file: object({ name: text, sha256: text, text }),
  'case-opened': object({ case: text }),
  'step-opened': object({ case: text, step: text }),
  energised: object({ case: text, step: text, what: text }),
  observation: object({ case: text, step: nullable(text), observation }),
  'step-closed': object({
    case: text,
    step: text,
    outcome: oneOf('done', 'failed', 'cancelled', 'skipped'),
    blame,
    reason: nullable(text),
  }),
  tally: object({ case: text, expectation: text, result: tallyResult }),
  undone: object({
    case: text,
    name: text,
    outcome: oneOf('verified', 'unverified', 'failed'),
    detail: text,
  }),
  'case-closed': object({ case: text }),
  aborted: object({ by: text }),
  'harness-error': object({ case: nullable(text), message: text }),
  'run-closed': object({ rigSafe: oneOf('verified', 'unverified', 'not energised', 'UNSAFE') }),
};

/** What a line must have to be judged, by its kind. */
export const entryShape: Shape = both(envelope, tagged('kind', KINDS));

function both(first: Shape, second: Shape): Shape {
  return (value, path) => first(value, path) ?? second(value, path);
}
