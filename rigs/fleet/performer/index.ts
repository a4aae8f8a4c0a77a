import type { ActionKind } from '../../port/action.ts';
import type { FleetPerformers } from '../parts.ts';
import { measureCompression } from './compression.ts';
import {
  awaitState,
  configureClockSync,
  configureIntervals,
  configureOutageAlarms,
  provision,
  restartHeadEnd,
  setDevicePin,
  setHeadEndClock,
} from './head-end.ts';
import { configureEventAlarms, raiseEvent, setStimulus } from './events.ts';
import { awaitMessage, forgeUplink, holdAnswer, setLink, spoilIdentity, wait } from './link.ts';
import { closeMains, interruptMains, openMains, restoreMains } from './mains.ts';
import { pollMeters, readCounter, readIntervals, searchEvents } from './reads.ts';
import { takeSnapshot } from './snapshot.ts';

/** Who does what on a fleet: one performer for each kind of action that it knows. */
export const FLEET_PERFORMERS: FleetPerformers = {
  'open-mains': openMains,
  'close-mains': closeMains,
  'interrupt-mains': interruptMains,
  'restore-mains': restoreMains,
  'set-head-end-clock': setHeadEndClock,
  'configure-clock-sync': configureClockSync,
  'configure-outage-alarms': configureOutageAlarms,
  'configure-intervals': configureIntervals,
  'configure-event-alarms': configureEventAlarms,
  'raise-event': raiseEvent,
  'set-stimulus': setStimulus,
  'await-state': awaitState,
  provision,
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
  await: awaitMessage,
  wait,
};

/** The actions that a fleet can perform. */
export const FLEET_ACTIONS = Object.keys(FLEET_PERFORMERS) as readonly ActionKind[];
