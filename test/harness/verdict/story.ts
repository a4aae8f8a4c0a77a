import type { MessageKind } from '../../../devices/domain/message.ts';
import type { MeterProfile } from '../../../devices/domain/profile.ts';
import type { Action } from '../../../rigs/port/action.ts';
import type { Blame } from '../../../rigs/port/bench.ts';
import type { FleetDescription } from '../../../rigs/port/fleet.ts';
import type {
  LoadProfileInterval,
  LoggedEvent,
  Observation,
  ObservationBody,
  Reading,
} from '../../../rigs/port/observation.ts';
import type { Entry, EntryBody } from '../../../harness/journal/entry.ts';
import { NO_LINE_BEFORE, sha256 } from '../../../harness/journal/hash.ts';
import { lineOf } from '../../../harness/journal/line.ts';
import type { TallyResult } from '../../../harness/journal/tally-result.ts';
import type {
  Control,
  ExpectationKind,
  Limits,
  Plan,
  PlannedCase,
  PlannedExpectation,
} from '../../../harness/plan/plan.ts';
import type { ExpectationOf } from '../../../harness/verdict/finding.ts';

/** Seconds, minutes and milliseconds in ns, so that a story reads in its own units. */
export const s = (seconds: number): number => Math.round(seconds * 1e9);
export const ms = (milliseconds: number): number => Math.round(milliseconds * 1e6);

const PROFILE: MeterProfile = {
  profile: 'story',
  manufacturer: 'maker',
  model: 'model',
  form: '2S',
  voltageMilliVolts: 240_000,
  testCurrentMilliAmps: 30_000,
  classCurrentMilliAmps: 200_000,
  elements: 1,
  khWattHours: 1,
  accuracyClassPpm: 5_000,
  minimumPulses: 10,
  clock: { settable: true, tickNs: s(1), driftPpmMaximum: 20, output: true },
  outage: {
    tickNs: s(1),
    capacitanceFarads: 10,
    fullVolts: 5,
    minimumVolts: 2,
    idleWatts: 1,
    transmissionJoules: 1,
    bootNs: s(1),
    rechargeNs: s(1),
  },
  loadProfile: { intervalMinutes: 5, capacity: 100 },
  module: {
    heartbeatNs: s(60),
    startDelayNs: 0,
    retryFirstNs: s(1),
    retryMostNs: s(1),
    retryJitterPpm: 0,
    ivWindow: 64,
    compression: 'deflate',
  },
};

const PLAN: Plan = {
  format: 'meterbench-plan/1',
  title: 'a story',
  seed: 7,
  time: 'simulated',
  startUtcMs: Date.UTC(2026, 0, 5),
  abilities: {
    bench: 'story-bench',
    simulated: true,
    position: 'A1',
    meterSerial: '4711',
    profile: PROFILE,
    limits: { milliVolts: 264_000, milliAmps: 100_000 },
    headEnd: { name: 'embedded', timeReference: true },
    performs: [],
    consent: ['reads', 'writes'],
    roles: [],
    instruments: [],
  },
  cases: [],
  inapplicable: [],
  covers: [],
  required: [],
  subjects: {},
  sources: [],
  permissions: { allowed: [], calibration: { profile: null, findings: [], override: null } },
  defect: null,
};

/** The plan that a story begins with, for tests that change a part of it. */
export function storyPlan(): Plan {
  return PLAN;
}

/** An expectation of one kind, less what a story need not say. */
type Told<K extends ExpectationKind> = Omit<
  ExpectationOf<K>,
  'id' | 'kind' | 'source' | 'when' | 'decides' | 'eachOf'
> & {
  readonly when?: string;
  readonly eachOf?: PlannedExpectation['eachOf'];
  readonly decides?: readonly string[];
};

/** An expectation that decides REQ-1, always asked, at line 1 of story.yaml unless told otherwise. */
export function expectation<K extends ExpectationKind>(kind: K, told: Told<K>): PlannedExpectation {
  const source = { file: 'story.yaml', line: 1, column: 3 };
  const common = { id: kind, kind, when: null, decides: ['REQ-1'], eachOf: null, source };
  return { ...common, ...told };
}

/** Limits of one second of requirement REQ-1, by simple acceptance. */
export function within(bound: number, more: Partial<Limits> = {}): Limits {
  const origin = { kind: 'requirement', name: 'REQ-1' } as const;
  const rule = 'simple acceptance' as const;
  return { minimum: -bound, maximum: bound, unit: 'ns', origin, rule, resolution: null, ...more };
}

export const HEARTBEAT: Control = { message: 'heartbeat', withinNs: s(90) };

interface CaseToTell {
  readonly expect: readonly PlannedExpectation[];
  readonly parameters?: PlannedCase['parameters'];
  readonly covers?: readonly string[];
  readonly steps?: readonly (readonly [id: string, action: Action])[];
  /** So many meters instead of the rig's one. */
  readonly meters?: number;
  readonly time?: Plan['time'];
}

/** A fleet of which a story says no more than how large it is. */
function fleetOf(meters: number): FleetDescription {
  const none = { least: 0, most: 0 };
  const limits = { lossPpm: 0, duplicatePpm: 0, metersPerCell: 1, cellMessagesPerSecond: 0 };
  return {
    meters,
    profile: PROFILE,
    feeders: 1,
    carrier: { name: 'ideal', attachNs: none, latencyNs: none, ...limits, origin: 'story' },
    commissioned: 'placed',
    lagBounds: { generatorNs: ms(250), observerNs: s(1) },
  };
}

/** A case as a plan has it: "<family>/<scenario>#<case>". */
export function plannedCase(key: string, told: CaseToTell): PlannedCase {
  const [scenario = '', name = ''] = key.split('#');
  return {
    key,
    scenario,
    title: `title of ${scenario}`,
    name,
    covers: told.covers ?? ['REQ-1'],
    parameters: told.parameters ?? {},
    steps: (told.steps ?? []).map(([id, action], index) => ({
      id,
      action,
      of: null,
      atNs: null,
      afterNs: null,
      effects: ['reads'],
      energises: false,
      expectedNs: 0,
      source: { file: 'story.yaml', line: index + 10, column: 3 },
    })),
    expectations: told.expect,
    expectedNs: 0,
    fleet: told.meters === undefined ? null : fleetOf(told.meters),
    time: told.time ?? 'simulated',
  };
}

/**
 * A run as it is told: what was planned and what happened, in the order of the story. `entries()`
 * gives the journal that such a run would have written.
 */
export class Story {
  #plan: Plan;
  readonly #told: { readonly atNs: number; readonly body: EntryBody }[] = [];
  #nowNs = 0;
  #case = '';
  #step: string | null = null;

  constructor(plan: Partial<Plan> = {}) {
    this.#plan = { ...PLAN, ...plan };
  }

  /** Plans a case without beginning it. */
  planned(key: string, told: CaseToTell): this {
    const planned = plannedCase(key, told);
    const { covers } = planned;
    this.#plan = {
      ...this.#plan,
      cases: [...this.#plan.cases, planned],
      covers: [...new Set([...this.#plan.covers, ...covers])],
      subjects: {
        ...Object.fromEntries(covers.map((id) => [id, 'meter'] as const)),
        ...this.#plan.subjects,
      },
    };
    return this;
  }

  /** Plans a case and begins it. */
  case(key: string, told: CaseToTell): this {
    this.planned(key, told);
    this.#case = key;
    return this.#tell({ kind: 'case-opened', case: key });
  }

  /** What follows happens at this bench time. */
  at(ns: number): this {
    this.#nowNs = ns;
    return this;
  }

  begin(step: string): this {
    this.#step = step;
    return this.#tell({ kind: 'step-opened', case: this.#case, step });
  }

  done(step: string): this {
    this.#step = null;
    const outcome = { outcome: 'done', blame: null, reason: null } as const;
    return this.#tell({ kind: 'step-closed', case: this.#case, step, ...outcome });
  }

  failed(step: string, blame: Blame, reason: string): this {
    this.#step = null;
    const outcome = { outcome: 'failed', blame, reason } as const;
    return this.#tell({ kind: 'step-closed', case: this.#case, step, ...outcome });
  }

  skipped(step: string): this {
    const outcome = { outcome: 'skipped', blame: null, reason: null } as const;
    return this.#tell({ kind: 'step-closed', case: this.#case, step, ...outcome });
  }

  energised(what = 'mains'): this {
    return this.#tell({ kind: 'energised', case: this.#case, step: this.#step ?? '', what });
  }

  undone(outcome: 'verified' | 'failed' = 'verified'): this {
    const what = { name: 'open mains', outcome, detail: 'standard reads 0 V' };
    return this.#tell({ kind: 'undone', case: this.#case, ...what });
  }

  message(
    kind: MessageKind,
    fields: Readonly<Record<string, number>> = {},
    instrument = 'link',
    bytesHex: string | null = null,
  ): this {
    return this.#observe({ kind: 'message', message: { kind, fields }, bytesHex }, instrument);
  }

  reading(name: string, value: number, more: Partial<Reading> = {}): this {
    const accuracy = {
      expandedUncertainty: ms(1),
      coverageFactor: 2,
      budget: [],
      resolution: ms(1),
    };
    const rest = { unit: 'ns', ticks: null, raw: {}, ...accuracy } as const;
    return this.#observe({ kind: 'reading', name, value, ...rest, ...more });
  }

  log(name: string, events: readonly LoggedEvent[]): this {
    return this.#observe({ kind: 'event-log', name, events, lastNumber: events.length });
  }

  profile(
    name: string,
    intervals: readonly LoadProfileInterval[],
    registerMilliWattHours = 0,
  ): this {
    const size = { intervalNs: s(300), registerMilliWattHours };
    return this.#observe({ kind: 'load-profile', name, intervals, ...size });
  }

  answer(accepted: boolean, detail = 'by the meter'): this {
    return this.#observe({ kind: 'answer', accepted, detail });
  }

  /** An observation of a fleet: of one of its meters, or of all. */
  ofFleet(...told: readonly Observation[]): this {
    for (const observation of told) {
      this.#tell({ kind: 'observation', case: this.#case, step: this.#step, observation });
    }
    return this;
  }

  tally(expectationId: string, result: TallyResult): this {
    return this.#tell({ kind: 'tally', case: this.#case, expectation: expectationId, result });
  }

  close(): this {
    return this.#tell({ kind: 'case-closed', case: this.#case });
  }

  aborted(by = 'interrupted by SIGINT'): this {
    return this.#tell({ kind: 'aborted', by });
  }

  harnessError(message: string, key: string | null = this.#case): this {
    return this.#tell({ kind: 'harness-error', case: key, message });
  }

  end(rigSafe: 'verified' | 'not energised' | 'UNSAFE' = 'verified'): this {
    return this.#tell({ kind: 'run-closed', rigSafe });
  }

  /** The journal of the run: its opening, its plan, and what was told. */
  entries(): readonly Entry[] {
    const { seed, time } = this.#plan;
    const text = JSON.stringify(this.#plan);
    const opened = { kind: 'run-opened', format: 'meterbench-journal/1', runId: 'story' } as const;
    const file = { kind: 'file', name: 'plan.json', sha256: sha256(text), text } as const;
    const opening = [{ ...opened, seed, time }, file].map((body) => ({ atNs: 0, body }));
    return chained([...opening, ...this.#told], this.#plan.startUtcMs);
  }

  #observe(observed: ObservationBody, instrument = 'instrument'): this {
    const at = { clock: 'bench', ns: this.#nowNs } as const;
    const place = { at, instrument, position: 'A1', meter: this.#plan.abilities.meterSerial };
    const observation = { ...observed, ...place };
    return this.#tell({ kind: 'observation', case: this.#case, step: this.#step, observation });
  }

  #tell(body: EntryBody): this {
    this.#told.push({ atNs: this.#nowNs, body });
    return this;
  }
}

/** Entries with their place and their chain, as a JournalWriter would have made them. */
function chained(
  told: readonly { readonly atNs: number; readonly body: EntryBody }[],
  startUtcMs: number,
): readonly Entry[] {
  let prev = NO_LINE_BEFORE;
  return told.map(({ atNs, body }, index) => {
    const wall = new Date(startUtcMs + Math.floor(atNs / 1e6)).toISOString();
    const entry: Entry = { ...body, seq: index + 1, atNs, clock: 'bench', wall, fence: 0, prev };
    prev = sha256(lineOf(entry));
    return entry;
  });
}

/** The text of a journal. */
export function journalText(entries: readonly Entry[]): string {
  return entries.map((entry) => `${lineOf(entry)}\n`).join('');
}
