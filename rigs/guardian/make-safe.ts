import { messageOf } from '../../devices/domain/error-text.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import type { Unverified } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { SafeOutcome, SafeStep } from '../port/guardian-entry.ts';
import type { IsolationSwitch, ReferenceStandard, Source } from '../port/instrument.ts';

/**
 * The way to the safe state without a runner: current to zero, source off, then the potential circuit
 * opens (RIGS.md). A source that does not answer may not keep the mains on, so the switch waits for it
 * only so long.
 */

/** What the switch waits for the source: three SCPI commands with their error queries at 9600 bit/s. */
const SOURCE_FIRST_NS = 150 * NS_PER_MS;
/** What is not done by then is not done. */
const STEP_WITHIN_NS = 5 * NS_PER_S;
const SETTLE_NS = 300 * NS_PER_MS;
/** Below this a socket counts as dead; a reference standard's noise is far below. */
export const DEAD_MILLI_VOLTS = 5_000;

export interface SafeParts {
  readonly isolation: IsolationSwitch | null;
  readonly source: Source | null;
  /** Opened only now: while the runner lived, the port was its own. */
  readonly openStandard: () => Promise<ReferenceStandard | null>;
}

export interface MadeSafe {
  readonly steps: readonly SafeStep[];
  readonly outcome: SafeOutcome;
}

/**
 * Drives a bench safe and looks whether it is. Never throws.
 * @param commanded called when everything has been commanded and before anything is verified
 */
export async function makeSafe(
  parts: SafeParts,
  clock: Clock,
  commanded: () => void = () => {},
): Promise<MadeSafe> {
  const steps: SafeStep[] = [];
  const startedNs = clock.nowNs();
  const step: Step = async (name, act, withinNs = STEP_WITHIN_NS) => {
    const outcome = await bounded(clock, withinNs, act);
    steps.push({ name, ...outcome, afterNs: Math.round(clock.nowNs() - startedNs) });
  };
  const sourceOff = switchSourceOff(parts.source, step);
  await sleepOr(clock, SOURCE_FIRST_NS, sourceOff);
  await openSwitch(parts.isolation, step);
  commanded();
  await sourceOff;
  await clock.sleepUntil(clock.nowNs() + SETTLE_NS);
  await step('verify', () => verify(parts));
  return { steps, outcome: outcomeOf(steps) };
}

type Step = (
  name: string,
  act: () => Promise<string | Unverified>,
  withinNs?: number,
) => Promise<void>;

async function switchSourceOff(source: Source | null, step: Step): Promise<void> {
  if (source === null) return;
  await step('current to zero', async () => {
    await source.setCurrent(0, 1_000_000);
    return 'source took 0 A';
  });
  await step('source output off', async () => {
    await (source.cutOutput?.() ?? source.setOutput(false));
    if (await source.outputIsOn()) throw new Error('commanded off, still on');
    return 'source says its output is off';
  });
}

async function openSwitch(isolation: IsolationSwitch | null, step: Step): Promise<void> {
  if (isolation === null) return;
  // A board that ends an outage by its own timer closes again: it is open only when that is over.
  const withinNs = STEP_WITHIN_NS + (isolation.opensWithinNs ?? 0);
  const open = async () => {
    await isolation.open();
    return 'commanded';
  };
  await step('isolation switch open', open, withinNs);
}

/** The bench is dead when the standard downstream says so, or else by the switch's or source's own word. */
async function verify({
  isolation,
  source,
  openStandard,
}: SafeParts): Promise<string | Unverified> {
  const word = (await isolation?.readBack()) ?? null;
  if (word === 'closed') throw new Error('the switch was commanded open and reads back closed');
  const standard = await openStandard();
  try {
    const { milliVolts = null } = (await standard?.measure()) ?? {};
    if (standard?.senses === 'downstream' && milliVolts !== null) {
      const reading = `${(milliVolts / 1000).toFixed(1)} V at the socket`;
      if (milliVolts >= DEAD_MILLI_VOLTS) throw new Error(`the standard still reads ${reading}`);
      return `standard reads ${reading}`;
    }
  } finally {
    await standard?.release();
  }
  if (word === 'open') return 'switch reads back open';
  if (isolation === null && source !== null && !(await source.outputIsOn())) {
    return 'source says its output is off';
  }
  return { unverified: 'commanded, unverified: nothing shows the state of the socket' };
}

function outcomeOf(steps: readonly SafeStep[]): SafeOutcome {
  const verified = steps.at(-1)?.outcome;
  // A source that did not answer does no harm behind a switch that was shown to be open.
  if (verified === 'done') return 'verified';
  return verified === 'unverified' && steps.every(({ outcome }) => outcome !== 'failed')
    ? 'unverified'
    : 'failed';
}

async function bounded(
  clock: Clock,
  withinNs: number,
  act: () => Promise<string | Unverified>,
): Promise<Pick<SafeStep, 'outcome' | 'detail'>> {
  const ended = new AbortController();
  const late = clock
    .sleepUntil(clock.nowNs() + withinNs, ended.signal)
    .then(() => Promise.reject(new Error(`not done within ${formatDurationNs(withinNs)}`)));
  try {
    const detail = await Promise.race([act(), late]);
    return typeof detail === 'string'
      ? { outcome: 'done', detail }
      : { outcome: 'unverified', detail: detail.unverified };
  } catch (error) {
    return { outcome: 'failed', detail: messageOf(error) };
  } finally {
    ended.abort();
    late.catch(() => undefined);
  }
}

async function sleepOr(clock: Clock, forNs: number, work: Promise<void>): Promise<void> {
  const done = new AbortController();
  void work.finally(() => done.abort());
  await clock.sleepUntil(clock.nowNs() + forNs, done.signal).catch(() => undefined);
}
