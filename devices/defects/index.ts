import type { Defect } from './defect.ts';
import { clockLowerBoundExclusive } from './clock-lower-bound-exclusive.ts';
import { clockLowerBoundOneTickEarly } from './clock-lower-bound-one-tick-early.ts';
import { clockUpperBoundExclusive } from './clock-upper-bound-exclusive.ts';
import { clockUpperBoundOneTickLate } from './clock-upper-bound-one-tick-late.ts';
import { clockSlowMeterIgnored } from './clock-slow-meter-ignored.ts';
import { clockCorrectedWhileDisabled } from './clock-corrected-while-disabled.ts';
import { clockResidualBeyondASecond } from './clock-residual-beyond-a-second.ts';
import { clockAlarmWithoutSign } from './clock-alarm-without-sign.ts';
import { clockFollowsHost } from './clock-follows-host.ts';
import { clockBoundsCrossedAccepted } from './clock-bounds-crossed-accepted.ts';
import { clockOldTimeNotLogged } from './clock-old-time-not-logged.ts';
import { clockCorrectionNotFlagged } from './clock-correction-not-flagged.ts';
import { intervalDoubledWhenSetBack } from './interval-doubled-when-set-back.ts';
import { intervalLostWhenSetForward } from './interval-lost-when-set-forward.ts';
import { outageBoundExclusive } from './outage-bound-exclusive.ts';
import { outageOneTickEarly } from './outage-one-tick-early.ts';
import { restorationOneTickLate } from './restoration-one-tick-late.ts';
import { noLastGasp } from './no-last-gasp.ts';
import { noRestoration } from './no-restoration.ts';
import { clockStopsInOutage } from './clock-stops-in-outage.ts';
import { registrationBeyondClass } from './registration-beyond-class.ts';
import { registrationLowAtHighLoad } from './registration-low-at-high-load.ts';
import { pulsesStopAtHighLoad } from './pulses-stop-at-high-load.ts';

/** Every defect that comes with the project, in the order of `meterbench list defects`. */
export const DEFECTS: readonly Defect[] = [
  clockLowerBoundExclusive,
  clockLowerBoundOneTickEarly,
  clockUpperBoundExclusive,
  clockUpperBoundOneTickLate,
  clockSlowMeterIgnored,
  clockCorrectedWhileDisabled,
  clockResidualBeyondASecond,
  clockAlarmWithoutSign,
  clockFollowsHost,
  clockBoundsCrossedAccepted,
  clockOldTimeNotLogged,
  clockCorrectionNotFlagged,
  intervalDoubledWhenSetBack,
  intervalLostWhenSetForward,
  outageBoundExclusive,
  outageOneTickEarly,
  restorationOneTickLate,
  noLastGasp,
  noRestoration,
  clockStopsInOutage,
  registrationBeyondClass,
  registrationLowAtHighLoad,
  pulsesStopAtHighLoad,
];
