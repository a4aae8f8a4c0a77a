/** Bounded decisions of the meter about what it notices of itself. Each is replaceable by a defect. */
import type { WiringError } from '../../domain/condition.ts';

/** Whether a meter that is moved from where it was installed tells it. TMP-01 (source 000:58) */
export function tiltTold(): boolean {
  return true;
}

/** Which sensors raise E042: the magnetic one and the micro-switch of the case. TMP-04 (source 004) */
export function sensorWatched(sensor: 'magnet' | 'case'): boolean {
  return sensor === 'magnet' || sensor === 'case';
}

/** Whether a wiring or service error is told, when it comes and when it goes: all six, both. TMP-03 */
export function wiringErrorTold(_error: WiringError, _present: boolean): boolean {
  return true;
}

/** Whether E001 is raised: where the checksum of the calibration constants is another one. MNT-05 */
export function calibrationDiffers(isAltered: boolean): boolean {
  return isAltered;
}
