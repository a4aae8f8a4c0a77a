import { NS_PER_MS, NS_PER_MINUTE, NS_PER_S } from '../../../devices/domain/time.ts';
import { BenchError, type PerformContext } from '../../port/bench.ts';
import type { ActionOf } from '../../port/action.ts';
import type { OpticalSession } from '../../port/instrument.ts';
import type { Reading, UncertaintySource } from '../../port/observation.ts';
import { type BenchParts, need, observationOf, type Performer } from '../parts.ts';
import { ticksOf } from '../ticks.ts';

/**
 * The second-tick method: the instant at which the meter's clock begins a second is found first,
 * then which second it is. With a 1 Hz output the edge is stamped; without one the clock table is
 * read until its second changes, and the change lies between two readings.
 */

const CLOCK_TABLE = 52;
const SET_DATE_AND_TIME = 10;
/** Bytes of the write of ST7 with procedure 10 on the wire; the meter acts when the last has come. */
const SET_CLOCK_BYTES = 25;
/** Typical time from the last byte to the act, assumed; the reading afterwards shows what it was. */
const TYPICAL_REACTION_NS = 15 * NS_PER_MS;
/** Time to log on before the instant at which the clock is to be written. */
const LOG_ON_NS = 3 * NS_PER_S;
const EDGE_LIMIT_NS = 3 * NS_PER_S;
const ROLLOVER_READINGS = 200;

/** A whole second of the meter and the bench instant at which it began, with half its width. */
interface SecondTick {
  readonly shownMs: number;
  readonly atNs: number;
  readonly halfWidthNs: number;
  readonly by: UncertaintySource;
  readonly resolutionNs: number;
}

export const measureClock: Performer<'measure-clock'> = {
  needs: ['optical'],
  async perform(action, parts, context) {
    const session = await need(parts, 'optical', 'measure-clock').open();
    try {
      const tick =
        parts.clockOutput === null
          ? await tickByReading(session, context)
          : await tickByEdge(parts.clockOutput, session, context);
      context.observe(
        observationOf(parts, 'optical-port', await deviation(action.as, parts, tick)),
      );
    } finally {
      await session.close();
    }
  },
};

async function tickByEdge(
  input: NonNullable<BenchParts['clockOutput']>,
  session: OpticalSession,
  context: PerformContext,
): Promise<SecondTick> {
  const [edgeNs = 0] = await input.edges(1, EDGE_LIMIT_NS, context.signal);
  const reading = await session.readTable(CLOCK_TABLE);
  const tookNs = reading.answeredAtNs - edgeNs;
  if (tookNs >= NS_PER_S) {
    throw new BenchError(
      'rig',
      `optical port: the clock was read ${tookNs / NS_PER_MS} ms after its edge`,
    );
  }
  return {
    shownMs: clockOf(reading.value),
    atNs: edgeNs,
    halfWidthNs: 0,
    by: { source: '1 Hz output, stamp of its edge', standardUncertainty: input.uncertaintyNs / 2 },
    resolutionNs: input.uncertaintyNs,
  };
}

async function tickByReading(
  session: OpticalSession,
  context: PerformContext,
): Promise<SecondTick> {
  let before = await session.readTable(CLOCK_TABLE);
  for (let count = 0; count < ROLLOVER_READINGS; count++) {
    context.signal.throwIfAborted();
    const after = await session.readTable(CLOCK_TABLE);
    const shownMs = clockOf(after.value);
    if (shownMs === clockOf(before.value)) {
      before = after;
      continue;
    }
    // The second began after the earlier reading was asked for and before the later was answered.
    const halfWidthNs = (after.answeredAtNs - before.requestedAtNs) / 2;
    return {
      shownMs,
      atNs: Math.round(before.requestedAtNs + halfWidthNs),
      halfWidthNs,
      by: {
        source: 'change of ST52 between two readings (rectangular)',
        standardUncertainty: halfWidthNs / Math.sqrt(3),
      },
      resolutionNs: Math.round(2 * halfWidthNs),
    };
  }
  throw new BenchError(
    'dut',
    `optical port: awaited a change of the clock in ST52 for ${ROLLOVER_READINGS} readings, it stood still`,
  );
}

/** Meter clock minus head-end clock at the tick, and the same in whole ticks of the meter's clock. */
async function deviation(name: string, parts: BenchParts, tick: SecondTick): Promise<Reading> {
  const offset = (await parts.headEnd?.clockOffset()) ?? { offsetNs: 0, uncertaintyNs: 0 };
  const meterAheadOfBenchNs = (tick.shownMs - parts.clock.startUtcMs) * NS_PER_MS - tick.atNs;
  const value = Math.round(meterAheadOfBenchNs - offset.offsetNs);
  const budget = [
    tick.by,
    { source: 'head-end clock against bench clock', standardUncertainty: offset.uncertaintyNs / 2 },
  ];
  const combined = Math.hypot(...budget.map((line) => line.standardUncertainty));
  // A change between two readings is bounded by them: its half width is the honest expansion.
  const expandedUncertainty = Math.ceil(Math.max(2 * combined, tick.halfWidthNs));
  return {
    kind: 'reading',
    name,
    value,
    unit: 'ns',
    expandedUncertainty,
    coverageFactor: 2,
    budget,
    resolution: tick.resolutionNs,
    ticks: ticksOf({ value, expandedUncertainty }, parts.profile.clock.tickNs, Math.round),
    raw: { shownMs: tick.shownMs, atNs: tick.atNs, headEndOffsetNs: offset.offsetNs },
  };
}

export const setMeterClock: Performer<'set-meter-clock'> = {
  needs: ['optical'],
  async perform(action, parts, context) {
    const tickNs = parts.profile.clock.tickNs;
    if (action.offByNs % tickNs !== 0) {
      throw new BenchError(
        'scenario',
        `set-meter-clock: the clock takes whole ticks of ${tickNs} ns`,
      );
    }
    const optical = need(parts, 'optical', 'set-meter-clock');
    const { atNs, shownMs } = await instantToSet(action, parts, LOG_ON_NS);
    // A session that is silent for 6 s is over: the waiting comes before it is opened.
    await parts.clock.sleepUntil(atNs - LOG_ON_NS, context.signal);
    const session = await optical.open();
    try {
      const leadNs = session.wireNs(SET_CLOCK_BYTES) + TYPICAL_REACTION_NS;
      await parts.clock.sleepUntil(atNs - leadNs, context.signal);
      const result = await session.runProcedure(SET_DATE_AND_TIME, dateAndTime(shownMs));
      if (result !== 0) {
        throw new BenchError('dut', `procedure 10, set date and time: result code ${result}`);
      }
    } finally {
      await session.close();
    }
  },
};

/**
 * The next instant at which the reference shows a whole second (and, when asked for, at which the
 * meter will stand where it should stand against its interval edge), and what to write then.
 */
async function instantToSet(
  action: ActionOf<'set-meter-clock'>,
  parts: BenchParts,
  leadNs: number,
): Promise<{ atNs: number; shownMs: number }> {
  const { offsetNs } = (await parts.headEnd?.clockOffset()) ?? { offsetNs: 0 };
  const earliestNs = parts.clock.nowNs() + leadNs;
  const shownAt = (atNs: number): number => atNs + offsetNs + action.offByNs;
  const everyNs =
    action.pastIntervalEdgeNs === null
      ? NS_PER_S
      : parts.profile.loadProfile.intervalMinutes * NS_PER_MINUTE;
  const phaseNs = action.pastIntervalEdgeNs ?? 0;
  const wantedNs = Math.ceil((shownAt(earliestNs) - phaseNs) / everyNs) * everyNs + phaseNs;
  const shownMs = parts.clock.startUtcMs + Math.round(wantedNs / NS_PER_MS);
  return { atNs: wantedNs - offsetNs - action.offByNs, shownMs };
}

/** Parameters of procedure 10: all of time, date and qualifier; then yy mm dd hh mm ss, day of week. */
function dateAndTime(shownMs: number): Uint8Array {
  const shown = new Date(shownMs);
  return Uint8Array.of(
    0x07,
    shown.getUTCFullYear() - 2000,
    shown.getUTCMonth() + 1,
    shown.getUTCDate(),
    shown.getUTCHours(),
    shown.getUTCMinutes(),
    shown.getUTCSeconds(),
    shown.getUTCDay(),
  );
}

function clockOf(value: Readonly<Record<string, unknown>>): number {
  const shown = value.CLOCK_CALENDAR;
  if (typeof shown === 'number') return shown;
  throw new BenchError('dut', `ST52: awaited a date and time, got ${String(shown)}`);
}

export const setHeadEndClock: Performer<'set-head-end-clock'> = {
  needs: ['headEnd'],
  perform: (action, parts) =>
    need(parts, 'headEnd', 'set-head-end-clock').setClockSkew(action.skewNs),
};
