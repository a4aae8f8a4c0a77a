import * as clockSync from './clock-sync.ts';
import * as conditions from './conditions.ts';
import * as cosem from './cosem.ts';
import * as events from './events.ts';
import * as metrology from './metrology.ts';
import * as module from './module.ts';
import * as outage from './outage.ts';
import * as reads from './reads.ts';
import * as registers from './registers.ts';
import * as security from './security.ts';

/** Every bounded decision of the simulated meter by name: what a defect may replace. */
export interface MeterRules {
  readonly clockSyncDecision: typeof clockSync.clockSyncDecision;
  readonly correctedClockNs: typeof clockSync.correctedClockNs;
  readonly reportedDeviationNs: typeof clockSync.reportedDeviationNs;
  readonly clockBoundsAccepted: typeof clockSync.clockBoundsAccepted;
  readonly followedReferenceNs: typeof clockSync.followedReferenceNs;
  readonly correctionEvents: typeof clockSync.correctionEvents;
  readonly correctionFlagsInterval: typeof clockSync.correctionFlagsInterval;
  readonly intervalSetBack: typeof clockSync.intervalSetBack;
  readonly intervalSetForward: typeof clockSync.intervalSetForward;
  readonly outageDeclared: typeof outage.outageDeclared;
  readonly restorationDeclared: typeof outage.restorationDeclared;
  readonly lastGaspSent: typeof outage.lastGaspSent;
  readonly restorationSent: typeof outage.restorationSent;
  readonly clockAdvanceInOutageNs: typeof outage.clockAdvanceInOutageNs;
  readonly registrationErrorPpm: typeof metrology.registrationErrorPpm;
  readonly creepMilliWatts: typeof metrology.creepMilliWatts;
  readonly pulsesEmitted: typeof metrology.pulsesEmitted;
  readonly transmissionCarried: typeof outage.transmissionCarried;
  readonly storageHoldsJoules: typeof outage.storageHoldsJoules;
  readonly transmissionTakesJoules: typeof outage.transmissionTakesJoules;
  readonly startsPreConfigured: typeof module.startsPreConfigured;
  readonly autoConfigurationSent: typeof module.autoConfigurationSent;
  readonly settingsKept: typeof module.settingsKept;
  readonly registersWhen: typeof module.registersWhen;
  readonly registrationTarget: typeof module.registrationTarget;
  readonly confirmsWhen: typeof module.confirmsWhen;
  readonly freshSettings: typeof module.freshSettings;
  readonly sentCompressed: typeof module.sentCompressed;
  readonly intervalAccepted: typeof reads.intervalAccepted;
  readonly pushAccepted: typeof reads.pushAccepted;
  readonly pushDue: typeof reads.pushDue;
  readonly outageFlagged: typeof reads.outageFlagged;
  readonly replayAccepted: typeof security.replayAccepted;
  readonly demandCounted: typeof registers.demandCounted;
  readonly maximumReplaced: typeof registers.maximumReplaced;
  readonly demandLengthAccepted: typeof registers.demandLengthAccepted;
  readonly modeAllowed: typeof registers.modeAllowed;
  readonly selfTestPassed: typeof registers.selfTestPassed;
  readonly counterAccepted: typeof cosem.counterAccepted;
  readonly counterNearEnd: typeof cosem.counterNearEnd;
  readonly transferredKeysUsed: typeof cosem.transferredKeysUsed;
  readonly imageAccepted: typeof cosem.imageAccepted;
  readonly eventTold: typeof events.eventTold;
  readonly eventStillCounts: typeof events.eventStillCounts;
  readonly eventAlerts: typeof events.eventAlerts;
  readonly counterReset: typeof events.counterReset;
  readonly countedAs: typeof events.countedAs;
  readonly owedEventTold: typeof events.owedEventTold;
  readonly reportedOutageCounts: typeof events.reportedOutageCounts;
  readonly pinOpens: typeof security.pinOpens;
  readonly scheduleWatched: typeof reads.scheduleWatched;
  readonly speaksInClear: typeof security.speaksInClear;
  readonly tiltTold: typeof conditions.tiltTold;
  readonly sensorWatched: typeof conditions.sensorWatched;
  readonly wiringErrorTold: typeof conditions.wiringErrorTold;
  readonly calibrationDiffers: typeof conditions.calibrationDiffers;
}

/** The rules as the requirements want them. */
export const METER_RULES: MeterRules = {
  clockSyncDecision: clockSync.clockSyncDecision,
  correctedClockNs: clockSync.correctedClockNs,
  reportedDeviationNs: clockSync.reportedDeviationNs,
  clockBoundsAccepted: clockSync.clockBoundsAccepted,
  followedReferenceNs: clockSync.followedReferenceNs,
  correctionEvents: clockSync.correctionEvents,
  correctionFlagsInterval: clockSync.correctionFlagsInterval,
  intervalSetBack: clockSync.intervalSetBack,
  intervalSetForward: clockSync.intervalSetForward,
  outageDeclared: outage.outageDeclared,
  restorationDeclared: outage.restorationDeclared,
  lastGaspSent: outage.lastGaspSent,
  restorationSent: outage.restorationSent,
  clockAdvanceInOutageNs: outage.clockAdvanceInOutageNs,
  registrationErrorPpm: metrology.registrationErrorPpm,
  creepMilliWatts: metrology.creepMilliWatts,
  pulsesEmitted: metrology.pulsesEmitted,
  transmissionCarried: outage.transmissionCarried,
  storageHoldsJoules: outage.storageHoldsJoules,
  transmissionTakesJoules: outage.transmissionTakesJoules,
  startsPreConfigured: module.startsPreConfigured,
  autoConfigurationSent: module.autoConfigurationSent,
  settingsKept: module.settingsKept,
  registersWhen: module.registersWhen,
  registrationTarget: module.registrationTarget,
  confirmsWhen: module.confirmsWhen,
  freshSettings: module.freshSettings,
  sentCompressed: module.sentCompressed,
  intervalAccepted: reads.intervalAccepted,
  pushAccepted: reads.pushAccepted,
  pushDue: reads.pushDue,
  outageFlagged: reads.outageFlagged,
  replayAccepted: security.replayAccepted,
  demandCounted: registers.demandCounted,
  maximumReplaced: registers.maximumReplaced,
  demandLengthAccepted: registers.demandLengthAccepted,
  modeAllowed: registers.modeAllowed,
  selfTestPassed: registers.selfTestPassed,
  counterAccepted: cosem.counterAccepted,
  counterNearEnd: cosem.counterNearEnd,
  transferredKeysUsed: cosem.transferredKeysUsed,
  imageAccepted: cosem.imageAccepted,
  eventTold: events.eventTold,
  eventStillCounts: events.eventStillCounts,
  eventAlerts: events.eventAlerts,
  counterReset: events.counterReset,
  countedAs: events.countedAs,
  owedEventTold: events.owedEventTold,
  reportedOutageCounts: events.reportedOutageCounts,
  pinOpens: security.pinOpens,
  scheduleWatched: reads.scheduleWatched,
  speaksInClear: security.speaksInClear,
  tiltTold: conditions.tiltTold,
  sensorWatched: conditions.sensorWatched,
  wiringErrorTold: conditions.wiringErrorTold,
  calibrationDiffers: conditions.calibrationDiffers,
};

/** Which requirements each rule carries: the ids that a defect in it must be able to turn. */
export const RULE_REQUIREMENTS: Readonly<Record<keyof MeterRules, readonly string[]>> = {
  clockSyncDecision: ['CLK-01', 'CLK-02', 'CLK-03', 'CLK-04', 'CLK-05'],
  correctedClockNs: ['CLK-01', 'CLK-09'],
  reportedDeviationNs: ['CLK-02'],
  clockBoundsAccepted: ['CLK-06'],
  followedReferenceNs: ['CLK-06'],
  correctionEvents: ['CLK-07'],
  correctionFlagsInterval: ['CLK-07'],
  intervalSetBack: ['CLK-08'],
  intervalSetForward: ['CLK-08'],
  outageDeclared: ['OUT-03'],
  restorationDeclared: ['OUT-02', 'OUT-03'],
  lastGaspSent: ['OUT-01'],
  restorationSent: ['OUT-02'],
  clockAdvanceInOutageNs: ['OUT-05'],
  registrationErrorPpm: ['MNT-03', 'MNT-04'],
  creepMilliWatts: [],
  pulsesEmitted: ['MNT-03'],
  transmissionCarried: ['OUT-01'],
  storageHoldsJoules: ['OUT-04'],
  transmissionTakesJoules: ['OUT-06'],
  startsPreConfigured: ['REG-01'],
  autoConfigurationSent: ['REG-02'],
  settingsKept: ['REG-03'],
  registersWhen: ['REG-04'],
  registrationTarget: ['REG-04'],
  confirmsWhen: ['REG-05'],
  freshSettings: ['REG-12'],
  sentCompressed: ['RD-08'],
  intervalAccepted: ['RD-01'],
  pushAccepted: ['RD-03'],
  pushDue: ['RD-03'],
  outageFlagged: ['EV-07'],
  replayAccepted: ['FWO-09'],
  demandCounted: [],
  maximumReplaced: [],
  demandLengthAccepted: [],
  modeAllowed: [],
  selfTestPassed: [],
  counterAccepted: ['SEC-02'],
  counterNearEnd: ['SEC-02'],
  transferredKeysUsed: ['SEC-02'],
  imageAccepted: ['FWO-04'],
  eventTold: ['EV-01'],
  eventStillCounts: ['EV-03'],
  eventAlerts: ['EV-03'],
  counterReset: ['EV-04'],
  countedAs: ['EV-05'],
  owedEventTold: ['EV-06'],
  reportedOutageCounts: ['OUT-07', 'TMP-02'],
  pinOpens: ['SEC-09', 'PRV-05'],
  scheduleWatched: ['SCH-01', 'RD-09'],
  speaksInClear: ['SEC-01'],
  tiltTold: ['TMP-01'],
  sensorWatched: ['TMP-04'],
  wiringErrorTold: ['TMP-03'],
  calibrationDiffers: ['MNT-05'],
};
