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
import { alarmDroppedOneInAThousand } from './alarm-dropped-one-in-a-thousand.ts';
import { alarmPublishedTwice } from './alarm-published-twice.ts';
import { restorationUnpaired } from './restoration-unpaired.ts';
import { registeredTwice } from './registered-twice.ts';
import { headEndTellsHostTime } from './head-end-tells-host-time.ts';
import { identityNotValidated } from './identity-not-validated.ts';
import { provisionedBeforePlaced } from './provisioned-before-placed.ts';
import { getVersionSkipped } from './get-version-skipped.ts';
import { settingsBeforeVersion } from './settings-before-version.ts';
import { sameStepsForAllVersions } from './same-steps-for-all-versions.ts';
import { overdueAMillisecondLate } from './overdue-a-millisecond-late.ts';
import { overdueChecksSwapped } from './overdue-checks-swapped.ts';
import { diagnosisAlwaysPin } from './diagnosis-always-pin.ts';
import { coverageAfterProvisioning } from './coverage-after-provisioning.ts';
import { scheduleNotNoted } from './schedule-not-noted.ts';
import { readBeforeProvisioned } from './read-before-provisioned.ts';
import { eventWindowOpen } from './event-window-open.ts';
import { onePollTooMany } from './one-poll-too-many.ts';
import { clustersOverlap } from './clusters-overlap.ts';
import { replayAcceptedByHeadEnd } from './replay-accepted-by-head-end.ts';
import { compressesWhatGrows } from './compresses-what-grows.ts';
import { configuredOutOfTheBox } from './configured-out-of-the-box.ts';
import { autoConfigurationNotSent } from './auto-configuration-not-sent.ts';
import { parametersLostInOutage } from './parameters-lost-in-outage.ts';
import { registersHalfConfigured } from './registers-half-configured.ts';
import { registersElsewhere } from './registers-elsewhere.ts';
import { confirmsBeforeRegistered } from './confirms-before-registered.ts';
import { thresholdsOutOfTheBox } from './thresholds-out-of-the-box.ts';
import { fourMinuteIntervals } from './four-minute-intervals.ts';
import { tenMinutePush } from './ten-minute-push.ts';
import { pushBeforeIntervalEnd } from './push-before-interval-end.ts';
import { storageAged } from './storage-aged.ts';
import { transmissionDrainsStorage } from './transmission-drains-storage.ts';
import { flaggedIntervalNotLogged } from './flagged-interval-not-logged.ts';
import { outageNotFlagged } from './outage-not-flagged.ts';
import { lastGaspAfterHoldUp } from './last-gasp-after-hold-up.ts';
import { oneParameterLeftOut } from './one-parameter-left-out.ts';
import { provisionedAtRegistration } from './provisioned-at-registration.ts';
import { linkDrops } from './link-drops.ts';
import { linkSpoils } from './link-spoils.ts';
import { linkDuplicates } from './link-duplicates.ts';
import { linkReorders } from './link-reorders.ts';
import { acknowledgedBeforeStored } from './acknowledged-before-stored.ts';
import { deafObserver } from './deaf-observer.ts';
import { eventNotTold } from './event-not-told.ts';
import { eventsCountedTooLong } from './events-counted-too-long.ts';
import { eventBoundExclusive } from './event-bound-exclusive.ts';
import { eventToldOneTooLate } from './event-told-one-too-late.ts';
import { eventToldOneTooEarly } from './event-told-one-too-early.ts';
import { eventCounterKept } from './event-counter-kept.ts';
import { eventCounterAlwaysReset } from './event-counter-always-reset.ts';
import { filtersShareACounter } from './filters-share-a-counter.ts';
import { owedEventsForgotten } from './owed-events-forgotten.ts';
import { reportedOutageNotCounted } from './reported-outage-not-counted.ts';
import { pinNotAsked } from './pin-not-asked.ts';
import { wrongPinNotNamed } from './wrong-pin-not-named.ts';
import { provisionedNotRead } from './provisioned-not-read.ts';
import { barcodeLeftOut } from './barcode-left-out.ts';
import { aSettingLeftOut } from './a-setting-left-out.ts';
import { scheduleNotWatched } from './schedule-not-watched.ts';
import { headEndAsksBack } from './head-end-asks-back.ts';
import { pollsEverybody } from './polls-everybody.ts';
import { pollsNobody } from './polls-nobody.ts';
import { waitsTooLong } from './waits-too-long.ts';
import { speaksInClear } from './speaks-in-clear.ts';
import { tiltNotTold } from './tilt-not-told.ts';
import { caseNotWatched } from './case-not-watched.ts';
import { magnetNotWatched } from './magnet-not-watched.ts';
import { wiringErrorNotCleared } from './wiring-error-not-cleared.ts';
import { phaseAngleNotWatched } from './phase-angle-not-watched.ts';
import { alteredConstantsAccepted } from './altered-constants-accepted.ts';
import { constantsAlwaysAltered } from './constants-always-altered.ts';

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
  alarmDroppedOneInAThousand,
  alarmPublishedTwice,
  restorationUnpaired,
  registeredTwice,
  headEndTellsHostTime,
  identityNotValidated,
  provisionedBeforePlaced,
  getVersionSkipped,
  settingsBeforeVersion,
  sameStepsForAllVersions,
  overdueAMillisecondLate,
  overdueChecksSwapped,
  diagnosisAlwaysPin,
  coverageAfterProvisioning,
  scheduleNotNoted,
  readBeforeProvisioned,
  eventWindowOpen,
  onePollTooMany,
  clustersOverlap,
  replayAcceptedByHeadEnd,
  compressesWhatGrows,
  configuredOutOfTheBox,
  autoConfigurationNotSent,
  parametersLostInOutage,
  registersHalfConfigured,
  registersElsewhere,
  confirmsBeforeRegistered,
  thresholdsOutOfTheBox,
  fourMinuteIntervals,
  tenMinutePush,
  pushBeforeIntervalEnd,
  lastGaspAfterHoldUp,
  outageNotFlagged,
  flaggedIntervalNotLogged,
  storageAged,
  transmissionDrainsStorage,
  oneParameterLeftOut,
  provisionedAtRegistration,
  eventNotTold,
  eventsCountedTooLong,
  eventBoundExclusive,
  eventToldOneTooLate,
  eventToldOneTooEarly,
  eventCounterKept,
  eventCounterAlwaysReset,
  filtersShareACounter,
  owedEventsForgotten,
  reportedOutageNotCounted,
  pinNotAsked,
  wrongPinNotNamed,
  provisionedNotRead,
  barcodeLeftOut,
  aSettingLeftOut,
  scheduleNotWatched,
  headEndAsksBack,
  pollsEverybody,
  pollsNobody,
  waitsTooLong,
  speaksInClear,
  tiltNotTold,
  caseNotWatched,
  magnetNotWatched,
  wiringErrorNotCleared,
  phaseAngleNotWatched,
  alteredConstantsAccepted,
  constantsAlwaysAltered,
  linkDrops,
  linkSpoils,
  linkDuplicates,
  linkReorders,
  acknowledgedBeforeStored,
  deafObserver,
];
