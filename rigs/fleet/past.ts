import type { MeterProfile } from '../../devices/domain/profile.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import type { Meters } from '../../devices/meter/columns.ts';
import { type MeterInput, type MeterSink, WAKE } from '../../devices/meter/input.ts';
import { step } from '../../devices/meter/step.ts';

/** What a meter says in its past nobody hears any more. */
const SILENCE: MeterSink = { say: () => {} };
const POWER: MeterInput = { kind: 'mains', energised: true };
const REGISTERED: MeterInput = { kind: 'registered' };
/** After the last of its start a meter has been quiet for so long. */
const QUIET_NS = NS_PER_S;

/** How long ago meters that are in service got their power: boot, and the longest wait to register. */
export function pastNs({ outage, module }: MeterProfile): number {
  return outage.bootNs + module.startDelayNs + QUIET_NS;
}

/**
 * Brings a meter that was made {@link pastNs} ago to now: power, boot and registration happened as
 * they do in any run, and were heard and answered. So it needs no state of its own, and a storm does
 * not begin with a registration of everybody.
 */
export function liveThroughPast(meters: Meters, row: number, nowNs: number): void {
  step(meters, row, nowNs - pastNs(meters.profile), POWER, SILENCE);
  step(meters, row, nowNs, WAKE, SILENCE);
  step(meters, row, nowNs, REGISTERED, SILENCE);
}
