import type { ActionKind } from '../../../rigs/port/action.ts';
import { archiveTables } from './archive-tables.ts';
import { applyLoad } from './apply-load.ts';
import { awaitMessage } from './await.ts';
import { closeMains } from './close-mains.ts';
import { countPulses } from './count-pulses.ts';
import { configureClockSync } from './configure-clock-sync.ts';
import { configureOutageAlarms } from './configure-outage-alarms.ts';
import { interruptMains } from './interrupt-mains.ts';
import { restoreMains } from './restore-mains.ts';
import { measureAccuracy } from './measure-accuracy.ts';
import { measureClock } from './measure-clock.ts';
import { openMains } from './open-mains.ts';
import { readEventLog } from './read-event-log.ts';
import { readLoadProfile } from './read-load-profile.ts';
import { removeLoad } from './remove-load.ts';
import { setHeadEndClock } from './set-head-end-clock.ts';
import { setMeterClock } from './set-meter-clock.ts';
import { awaitState } from './await-state.ts';
import { provision } from './provision.ts';
import { configureEventAlarms } from './configure-event-alarms.ts';
import { configureIntervals } from './configure-intervals.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { readIntervals } from './read-intervals.ts';
import { searchEvents } from './search-events.ts';
import { pollMeters } from './poll-meters.ts';
import { raiseEvent } from './raise-event.ts';
import { readCounter } from './read-counter.ts';
import { measureCompression } from './measure-compression.ts';
import { setLink } from './set-link.ts';
import { forgeUplink } from './forge-uplink.ts';
import { holdAnswer } from './hold-answer.ts';
import { setDevicePin } from './set-device-pin.ts';
import { spoilIdentity } from './spoil-identity.ts';
import { askOperator } from './ask-operator.ts';
import { identifyMeter } from './identify-meter.ts';
import { readProbe } from './read-probe.ts';
import { runConsole } from './run-console.ts';
import { setStimulus } from './set-stimulus.ts';
import { restartHeadEnd } from './restart-head-end.ts';
import type { Verb } from './verb.ts';
import { wait } from './wait.ts';

/** Every verb of the language, by name; one for each kind of action. */
export const VERBS: { readonly [K in ActionKind]: Verb<K> } = {
  'open-mains': openMains,
  'close-mains': closeMains,
  'interrupt-mains': interruptMains,
  'restore-mains': restoreMains,
  'apply-load': applyLoad,
  'remove-load': removeLoad,
  'set-head-end-clock': setHeadEndClock,
  'set-meter-clock': setMeterClock,
  'configure-clock-sync': configureClockSync,
  'configure-outage-alarms': configureOutageAlarms,
  'measure-clock': measureClock,
  'measure-accuracy': measureAccuracy,
  'count-pulses': countPulses,
  'archive-tables': archiveTables,
  'read-event-log': readEventLog,
  'read-load-profile': readLoadProfile,
  'await-state': awaitState,
  provision,
  'configure-intervals': configureIntervals,
  'configure-event-alarms': configureEventAlarms,
  'raise-event': raiseEvent,
  'take-snapshot': takeSnapshot,
  'read-intervals': readIntervals,
  'search-events': searchEvents,
  'poll-meters': pollMeters,
  'read-counter': readCounter,
  'measure-compression': measureCompression,
  'set-link': setLink,
  'hold-answer': holdAnswer,
  'forge-uplink': forgeUplink,
  'set-device-pin': setDevicePin,
  'spoil-identity': spoilIdentity,
  'restart-head-end': restartHeadEnd,
  'identify-meter': identifyMeter,
  'ask-operator': askOperator,
  'read-probe': readProbe,
  'set-stimulus': setStimulus,
  'run-console': runConsole,
  await: awaitMessage,
  wait,
};

export const VERB_NAMES = Object.keys(VERBS) as readonly ActionKind[];

/** Whether a word is a verb. */
export function isVerb(word: unknown): word is ActionKind {
  return typeof word === 'string' && Object.hasOwn(VERBS, word);
}
