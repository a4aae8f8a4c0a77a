import { NS_PER_MS, NS_PER_S } from '../../../devices/domain/time.ts';
import { DEAD_MILLI_VOLTS } from '../../guardian/make-safe.ts';
import { BenchError, type PerformContext, type Unverified } from '../../port/bench.ts';
import type { ContactMoved } from '../../port/instrument.ts';
import type { Reading } from '../../port/observation.ts';
import { type BenchParts, need, observationOf, type Performer } from '../parts.ts';
import { ticksOf } from '../ticks.ts';

/** Time for contact and reading to settle before anybody looks. */
const SETTLE_NS = 300 * NS_PER_MS;
/** A live socket must show its nominal voltage this closely. */
const LIVE_SHARE = 0.1;
/** What a switch without read-back and without a downstream voltage comes to. */
const UNVERIFIED: Unverified = { unverified: 'commanded, unverified' };
const UNDO_BUDGET_NS = 5 * NS_PER_S;
/** Shortest outage in which there is time to read the standard. */
const SHORTEST_VERIFIED_NS = 2 * NS_PER_S;

export const closeMains: Performer<'close-mains'> = {
  needs: ['isolation'],
  async perform(_action, parts, context) {
    const isolation = need(parts, 'isolation', 'close-mains');
    registerSafeState(parts, context);
    context.energise(`mains at ${parts.position}`);
    if (parts.source !== null) {
      await parts.source.setVoltage(parts.profile.voltageMilliVolts);
      await parts.source.setOutput(true);
      // Under voltage a contact that is stuck shows, before anything is done that rests on it.
      if (parts.memory.mainsClosed !== true) await verify(parts, context, 'open');
    }
    await isolation.close();
    parts.memory.mainsClosed = true;
    await verify(parts, context, 'closed');
    // A module that was dark hears nothing until it has booted.
    await parts.clock.sleepUntil(
      parts.clock.nowNs() + parts.profile.outage.bootNs + NS_PER_S,
      context.signal,
    );
  },
};

export const openMains: Performer<'open-mains'> = {
  needs: ['isolation'],
  async perform(_action, parts, context) {
    await need(parts, 'isolation', 'open-mains').open();
    parts.memory.mainsClosed = false;
    await verify(parts, context, 'open');
  },
};

export const interruptMains: Performer<'interrupt-mains'> = {
  needs: ['isolation'],
  async perform(action, parts, context) {
    const isolation = need(parts, 'isolation', 'interrupt-mains');
    const startedNs = parts.clock.nowNs();
    // By the board's own timer where it has one, so that no death of this process leaves the mains off.
    const timed = (await isolation.openFor?.(action.forNs)) ?? null;
    const opened = timed?.opened ?? (await isolation.open());
    if (action.forNs >= SHORTEST_VERIFIED_NS) await verify(parts, context, 'open');
    const endsNs =
      timed === null ? startedNs + action.forNs : timed.closes.atNs + timed.closes.uncertaintyNs;
    await parts.clock.sleepUntil(endsNs, context.signal);
    const closed = timed?.closes ?? (await isolation.close());
    const lasted = between(action.as, parts, opened, closed);
    context.observe(observationOf(parts, 'isolation-switch', lasted));
    await verify(parts, context, 'closed');
  },
};

export const restoreMains: Performer<'restore-mains'> = {
  needs: ['isolation'],
  async perform(action, parts, context) {
    const isolation = need(parts, 'isolation', 'restore-mains');
    if ((await stateSeen(parts)).state === 'closed') {
      throw new BenchError(
        'scenario',
        'restore-mains: the mains are on; open-mains must come before',
      );
    }
    registerSafeState(parts, context);
    context.energise(`mains at ${parts.position}`);
    const startedNs = parts.clock.nowNs();
    const closed = await isolation.close();
    if (action.forNs >= SHORTEST_VERIFIED_NS) await verify(parts, context, 'closed');
    await parts.clock.sleepUntil(startedNs + action.forNs, context.signal);
    const opened = await isolation.open();
    const lasted = between(action.as, parts, closed, opened);
    context.observe(observationOf(parts, 'isolation-switch', lasted));
    await verify(parts, context, 'open');
  },
};

/** Time between two moves of the contact, and how many ticks of the module's timer that completes. */
function between(
  name: string,
  parts: BenchParts,
  first: ContactMoved,
  second: ContactMoved,
): Reading {
  const value = Math.round(second.atNs - first.atNs);
  const standard = Math.hypot(first.uncertaintyNs / 2, second.uncertaintyNs / 2);
  const expandedUncertainty = Math.round(2 * standard);
  return {
    kind: 'reading',
    name,
    value,
    unit: 'ns',
    expandedUncertainty,
    coverageFactor: 2,
    budget: [
      { source: 'first move (rig file)', standardUncertainty: first.uncertaintyNs / 2 },
      { source: 'second move (rig file)', standardUncertainty: second.uncertaintyNs / 2 },
    ],
    resolution: expandedUncertainty,
    ticks: ticksOf({ value, expandedUncertainty }, parts.profile.outage.tickNs, Math.floor),
    raw: { firstAtNs: first.atNs, secondAtNs: second.atNs },
  };
}

/**
 * Registers, before anything is energised, how the bench is taken back. Undos run last-first:
 * current to zero, source off, then the potential circuit opens.
 */
export function registerSafeState(parts: BenchParts, context: PerformContext): void {
  const { isolation, source } = parts;
  if (isolation !== null) {
    context.undo({
      name: 'isolation switch open',
      // Asked when the undo runs: a board's timer may have been started meanwhile.
      get budgetNs() {
        return UNDO_BUDGET_NS + (isolation.opensWithinNs ?? 0);
      },
      run: async () => {
        await isolation.open();
        await parts.clock.sleepUntil(parts.clock.nowNs() + SETTLE_NS);
        return verifiedDead(parts);
      },
    });
  }
  if (source === null) return;
  context.undo({
    name: 'source output off',
    budgetNs: UNDO_BUDGET_NS,
    run: async () => {
      await source.setOutput(false);
      if (await source.outputIsOn()) throw new BenchError('rig', 'source: commanded off, still on');
      return 'source says its output is off';
    },
  });
  context.undo({
    name: 'current to zero',
    budgetNs: UNDO_BUDGET_NS,
    run: async () => {
      await source.setCurrent(0, 1_000_000);
      return 'source took 0 A';
    },
  });
}

async function verifiedDead(parts: BenchParts): Promise<string | Unverified> {
  const { isolation, standard } = parts;
  const readBack = (await isolation?.readBack()) ?? null;
  if (readBack === 'closed') {
    throw new BenchError('rig', 'isolation switch: commanded open, reads back closed');
  }
  if (standard?.senses !== 'downstream') {
    return readBack === 'open' ? 'switch reads back open' : UNVERIFIED;
  }
  const { milliVolts } = await standard.measure();
  if (milliVolts === null) return readBack === 'open' ? 'switch reads back open' : UNVERIFIED;
  if (milliVolts < DEAD_MILLI_VOLTS) return deadAs(parts, milliVolts);
  throw new BenchError(
    'rig',
    `isolation switch: commanded open, the standard still reads ${volts(milliVolts)} at the socket`,
  );
}

/** A socket that is dead only because the source is off is not one that the switch has isolated. */
function deadAs({ memory }: BenchParts, milliVolts: number): string {
  const reading = `standard reads ${volts(milliVolts)} at the socket`;
  if (memory.switchDistrusted === undefined) return reading;
  throw new BenchError(
    'rig',
    `${reading} with the source off, but ${memory.switchDistrusted}: the switch is not to be trusted`,
  );
}

/** The contact as the standard downstream shows it, or by the switch's own word; null when nobody can tell. */
export async function stateSeen(
  parts: BenchParts,
): Promise<{ readonly state: 'open' | 'closed' | null; readonly milliVolts: number | null }> {
  const { isolation, standard } = parts;
  const readBack = (await isolation?.readBack()) ?? null;
  if (standard?.senses !== 'downstream') return { state: readBack, milliVolts: null };
  const { milliVolts } = await standard.measure();
  if (milliVolts === null) return { state: readBack, milliVolts };
  return { state: stateOf(milliVolts, parts.profile.voltageMilliVolts), milliVolts };
}

/** Checks a commanded contact by the standard's reading downstream or by the switch's own word. */
async function verify(
  parts: BenchParts,
  context: PerformContext,
  commanded: 'open' | 'closed',
): Promise<void> {
  await parts.clock.sleepUntil(parts.clock.nowNs() + SETTLE_NS, context.signal);
  const { state: seen, milliVolts } = await stateSeen(parts);
  context.observe(
    observationOf(parts, 'isolation-switch', {
      kind: 'switch',
      commanded,
      verified: seen ?? 'unverified',
      verifiedBy: milliVolts === null ? 'read-back' : `reference standard: ${volts(milliVolts)}`,
    }),
  );
  if (seen === null || seen === commanded) return;
  const reading =
    milliVolts === null ? `reads back ${seen}` : `the standard reads ${volts(milliVolts)}`;
  const text = `isolation switch: commanded ${commanded}, but ${reading}`;
  if (commanded === 'open') parts.memory.switchDistrusted = text;
  throw new BenchError('rig', text);
}

function stateOf(milliVolts: number, nominalMilliVolts: number): 'open' | 'closed' {
  if (milliVolts < DEAD_MILLI_VOLTS) return 'open';
  if (Math.abs(milliVolts - nominalMilliVolts) <= LIVE_SHARE * nominalMilliVolts) return 'closed';
  throw new BenchError(
    'rig',
    `reference standard: awaited 0 V or ${volts(nominalMilliVolts)} at the socket, got ${volts(milliVolts)}`,
  );
}

function volts(milliVolts: number): string {
  return `${(milliVolts / 1000).toFixed(1)} V`;
}
