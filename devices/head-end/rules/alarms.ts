/** Bounded decisions of the head-end about alarms. Each is replaceable by a defect. */
import type { Alarm } from '../../domain/northbound.ts';

/** Whether an alarm that came again is known by its outage id already. OUT-10 (source 004:31) */
export function alarmIsRepeat(known: Alarm | undefined): boolean {
  return known !== undefined;
}

/** Whether the nth alarm that is new goes northbound. OUT-10 */
export function alarmPublished(_nth: number): boolean {
  return true;
}

/** How often it goes. OUT-10 */
export function alarmCopies(): number {
  return 1;
}

/** Which alarm a restoration ends. OUT-11 */
export function restorationPairsWith(lastGasp: Alarm | undefined): number | null {
  return lastGasp?.alarmId ?? null;
}

/** When an alarm or any other message is acknowledged: what is, must not be lost. OUT-10 */
export function acknowledgeWhen(): 'stored' | 'at once' {
  return 'stored';
}
