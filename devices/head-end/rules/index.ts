import * as alarms from './alarms.ts';
import * as polling from './polling.ts';
import * as provisioning from './provisioning.ts';
import * as records from './records.ts';
import * as registration from './registration.ts';
import * as security from './security.ts';

/** Every bounded decision of head-end and configuration server: what a defect may replace. */
export interface HeadEndRules {
  readonly identityRefusal: typeof registration.identityRefusal;
  readonly registrationRecord: typeof registration.registrationRecord;
  readonly placedWhen: typeof registration.placedWhen;
  readonly provisioningRefusal: typeof provisioning.provisioningRefusal;
  readonly coverageFirst: typeof provisioning.coverageFirst;
  readonly firstTransaction: typeof provisioning.firstTransaction;
  readonly mayProceedBeforeVersion: typeof provisioning.mayProceedBeforeVersion;
  readonly stepsFor: typeof provisioning.stepsFor;
  readonly scheduleHeld: typeof provisioning.scheduleHeld;
  readonly copiesAgree: typeof provisioning.copiesAgree;
  readonly provisioningOverdue: typeof provisioning.provisioningOverdue;
  readonly diagnosisFor: typeof provisioning.diagnosisFor;
  readonly readRefusal: typeof provisioning.readRefusal;
  readonly alarmIsRepeat: typeof alarms.alarmIsRepeat;
  readonly alarmPublished: typeof alarms.alarmPublished;
  readonly alarmCopies: typeof alarms.alarmCopies;
  readonly restorationPairsWith: typeof alarms.restorationPairsWith;
  readonly acknowledgeWhen: typeof alarms.acknowledgeWhen;
  readonly mayStartPoll: typeof polling.mayStartPoll;
  readonly nextClusterMayStart: typeof polling.nextClusterMayStart;
  readonly windowHolds: typeof records.windowHolds;
  readonly parametersToWrite: typeof records.parametersToWrite;
  readonly clockReference: typeof records.clockReference;
  readonly replayAccepted: typeof security.replayAccepted;
  readonly identityKept: typeof registration.identityKept;
  readonly asksAfterReport: typeof polling.asksAfterReport;
  readonly reportMissing: typeof polling.reportMissing;
  readonly answerAwaitedMs: typeof polling.answerAwaitedMs;
  readonly flaggedIntervalLogged: typeof records.flaggedIntervalLogged;
}

/** The rules as the requirements want them. */
export const HEAD_END_RULES: HeadEndRules = {
  identityRefusal: registration.identityRefusal,
  registrationRecord: registration.registrationRecord,
  placedWhen: registration.placedWhen,
  provisioningRefusal: provisioning.provisioningRefusal,
  coverageFirst: provisioning.coverageFirst,
  firstTransaction: provisioning.firstTransaction,
  mayProceedBeforeVersion: provisioning.mayProceedBeforeVersion,
  stepsFor: provisioning.stepsFor,
  scheduleHeld: provisioning.scheduleHeld,
  copiesAgree: provisioning.copiesAgree,
  provisioningOverdue: provisioning.provisioningOverdue,
  diagnosisFor: provisioning.diagnosisFor,
  readRefusal: provisioning.readRefusal,
  alarmIsRepeat: alarms.alarmIsRepeat,
  alarmPublished: alarms.alarmPublished,
  alarmCopies: alarms.alarmCopies,
  restorationPairsWith: alarms.restorationPairsWith,
  acknowledgeWhen: alarms.acknowledgeWhen,
  mayStartPoll: polling.mayStartPoll,
  nextClusterMayStart: polling.nextClusterMayStart,
  windowHolds: records.windowHolds,
  parametersToWrite: records.parametersToWrite,
  clockReference: records.clockReference,
  replayAccepted: security.replayAccepted,
  identityKept: registration.identityKept,
  asksAfterReport: polling.asksAfterReport,
  reportMissing: polling.reportMissing,
  answerAwaitedMs: polling.answerAwaitedMs,
  flaggedIntervalLogged: records.flaggedIntervalLogged,
};

/** Which requirements each rule carries: the ids that a defect in it must be able to turn. */
export const HEAD_END_RULE_REQUIREMENTS: Readonly<Record<keyof HeadEndRules, readonly string[]>> = {
  identityRefusal: ['REG-10', 'REG-11'],
  registrationRecord: ['REG-06'],
  placedWhen: ['REG-07'],
  provisioningRefusal: ['REG-08'],
  coverageFirst: ['PRV-08'],
  firstTransaction: ['PRV-03'],
  mayProceedBeforeVersion: ['PRV-04'],
  stepsFor: ['PRV-04', 'PRV-01', 'REG-13'],
  scheduleHeld: ['PRV-09'],
  copiesAgree: ['REG-13'],
  provisioningOverdue: ['PRV-02'],
  diagnosisFor: ['PRV-02', 'PRV-05', 'PRV-06'],
  readRefusal: ['REG-09', 'PRV-01'],
  alarmIsRepeat: ['OUT-10'],
  alarmPublished: ['OUT-10'],
  alarmCopies: ['OUT-10'],
  restorationPairsWith: ['OUT-11'],
  acknowledgeWhen: ['OUT-10'],
  mayStartPoll: ['LOD-01', 'LOD-02'],
  nextClusterMayStart: ['LOD-01'],
  windowHolds: ['PRV-07'],
  parametersToWrite: ['REG-03'],
  clockReference: ['CLK-06'],
  replayAccepted: ['REG-06', 'SEC-02', 'FWO-09'],
  identityKept: ['REG-10', 'REG-11'],
  asksAfterReport: ['ARC-01'],
  reportMissing: ['SCH-02', 'SCH-03'],
  answerAwaitedMs: ['LOD-06'],
  flaggedIntervalLogged: ['RD-02'],
};
