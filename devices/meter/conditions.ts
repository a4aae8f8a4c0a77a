import { type ConditionName, WIRING_ERRORS } from '../domain/condition.ts';
import { clockUtcSeconds } from './clock.ts';
import type { Meters } from './columns.ts';
import { countEvent } from './event-alarms.ts';
import { EVENT, MANUFACTURER_EVENT } from './events.ts';
import { logEvent } from './logs.ts';

/** What the meter notices about itself and its socket: it tells when something comes, and when it goes. */

/** A condition comes or goes; the same once more is nothing new. TMP-01, TMP-03, TMP-04, MNT-05 */
export function onCondition(
  meters: Meters,
  row: number,
  nowNs: number,
  condition: ConditionName,
  present: boolean,
): void {
  const { rules, conditions } = meters;
  const own = conditions.get(row) ?? new Set<ConditionName>();
  if (own.has(condition) === present) return;
  if (present) own.add(condition);
  else own.delete(condition);
  conditions.set(row, own);
  switch (condition) {
    case 'tilt':
      if (!present || !rules.tiltTold()) return;
      return logEvent(meters, row, EVENT.tamperAttempt, clockUtcSeconds(meters, row, nowNs));
    case 'magnet':
    case 'case':
      // One code for both: E042 says that somebody is at the meter, not how.
      if (present && rules.sensorWatched(condition))
        countEvent(meters, row, MANUFACTURER_EVENT.e042);
      return;
    case 'calibration':
      if (rules.calibrationDiffers(present)) countEvent(meters, row, MANUFACTURER_EVENT.e001);
      return;
    case 'reverse-polarity':
    case 'cross-phase':
    case 'voltage-deviation':
    case 'inactive-phase':
    case 'phase-angle':
    case 'distortion': {
      if (!rules.wiringErrorTold(condition, present)) return;
      const { wiringError, wiringCleared } = MANUFACTURER_EVENT;
      const number = WIRING_ERRORS.indexOf(condition);
      return countEvent(meters, row, (present ? wiringError : wiringCleared) + number);
    }
  }
}
