import type { ActionKind } from '../../port/action.ts';
import type { BenchParts, Performers } from '../parts.ts';
import { measureAccuracy } from './accuracy.ts';
import { archiveTables } from './archive.ts';
import { measureClock, setHeadEndClock, setMeterClock } from './clock.ts';
import { awaitMessage, configureClockSync, configureOutageAlarms, wait } from './link.ts';
import { applyLoad, removeLoad } from './load.ts';
import { readEventLog, readLoadProfile } from './logs.ts';
import { closeMains, interruptMains, openMains, restoreMains } from './mains.ts';

import { askOperator, identifyMeter } from './operator.ts';
import { countPulses } from './pulses.ts';
import { readProbe, runConsole, setStimulus } from './probe.ts';

/** Who does what at a bench: one performer for each kind of action that it knows. */
export const PERFORMERS: Performers = {
  'configure-clock-sync': configureClockSync,
  'configure-outage-alarms': configureOutageAlarms,
  'set-head-end-clock': setHeadEndClock,
  'set-meter-clock': setMeterClock,
  'measure-clock': measureClock,
  await: awaitMessage,
  wait,
  'apply-load': applyLoad,
  'remove-load': removeLoad,
  'measure-accuracy': measureAccuracy,
  'count-pulses': countPulses,
  'open-mains': openMains,
  'close-mains': closeMains,
  'interrupt-mains': interruptMains,
  'restore-mains': restoreMains,
  'archive-tables': archiveTables,
  'read-event-log': readEventLog,
  'read-load-profile': readLoadProfile,
  'identify-meter': identifyMeter,
  'ask-operator': askOperator,
  'read-probe': readProbe,
  'set-stimulus': setStimulus,
  'run-console': runConsole,
};

/** The actions that a bench with these parts can perform. */
export function performable(parts: ReadonlySet<keyof BenchParts>): readonly ActionKind[] {
  return (Object.keys(PERFORMERS) as ActionKind[]).filter((kind) =>
    (PERFORMERS[kind]?.needs ?? []).every((part) => parts.has(part)),
  );
}
