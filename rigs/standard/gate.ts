import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { Comparison, ComparisonRequest } from '../port/instrument.ts';

const POLL_NS = 500 * NS_PER_MS;

/** A gate that an instrument opens and closes at the meter's own pulses. */
export interface PulseGate {
  /** Arms the gate; it opens at the next pulse of the meter. */
  arm(): Promise<void>;
  /** Whether the last of the wanted pulses has come. */
  isClosed(): Promise<boolean>;
  /** Takes the gate back. @returns the pulses that had come in it */
  giveUp(): Promise<number>;
}

/**
 * Waits until a gate has closed. The host only polls; no clock of its own enters the result.
 * @returns time from arming to the poll that found it closed
 * @throws BenchError (dut) when too few pulses came inside the limit, naming how many
 */
export async function passGate(
  gate: PulseGate,
  request: ComparisonRequest,
  clock: Clock,
  name: string,
): Promise<number> {
  await gate.arm();
  const startedNs = clock.nowNs();
  for (;;) {
    // Sleep first: an instrument that arms in the background may still tell of the gate before.
    await clock.sleepUntil(clock.nowNs() + POLL_NS, request.signal);
    if (await gate.isClosed()) return clock.nowNs() - startedNs;
    await request.whileOpen?.();
    if (clock.nowNs() >= startedNs + request.limitNs) break;
  }
  const seen = await gate.giveUp();
  const awaited = `${request.pulses} pulses of the meter for ${formatDurationNs(request.limitNs)}`;
  throw new BenchError('dut', `${name}: awaited ${awaited}, got ${seen}`);
}

/** Energy that the meter has told by the pulses of a gate, mWh. */
export function meteredMilliWattHours(request: ComparisonRequest): number {
  return request.pulses * request.khWattHours * 1000;
}

/** A comparison from both energies: percent error is meter minus reference over reference. */
export function comparisonOf(
  request: ComparisonRequest,
  referenceMilliWattHours: number,
  rest: Pick<Comparison, 'gateNs' | 'resolutionPpm' | 'typed'>,
): Comparison {
  const metered = meteredMilliWattHours(request);
  return {
    errorPpm: Math.round(((metered - referenceMilliWattHours) / referenceMilliWattHours) * 1e6),
    pulses: request.pulses,
    meterMilliWattHours: Math.round(metered),
    referenceMilliWattHours: toMicroWattHours(referenceMilliWattHours),
    ...rest,
  };
}

/** To the last digit that is worth keeping: uWh. */
export function toMicroWattHours(milliWattHours: number): number {
  return Math.round(milliWattHours * 1e3) / 1e3;
}
