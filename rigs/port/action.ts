import type { MessageKind } from '../../devices/domain/message.ts';
import type { Unit } from '../../devices/domain/quantity.ts';
import type { MeterSettings, TransactionKind } from '../../devices/domain/northbound.ts';

import type { Prompt } from './operator.ts';

/** What of the head-end's southbound side is counted and tells of the path to it. */
export const PATH_COUNTERS = [
  'replays',
  'bad-mac',
  'out-of-order',
  'unknown-meter',
  'malformed',
] as const;
export type PathCounter = (typeof PATH_COUNTERS)[number];

/** What can be wrong with a datagram that somebody sends in a meter's name. */
export const FORGERIES = ['again', 'tag', 'content', 'foreign-key'] as const;
export type Forgery = (typeof FORGERIES)[number];

/**
 * What a bench or a head-end side can be asked to do, as plain data. A verb of the scenario
 * language compiles to one of these; a performer (rigs/bench/performers) does it; the tests
 * compare the listings. Durations are in ns and complete: nothing is left to resolve.
 */
export type Action =
  | {
      readonly do: 'configure-clock-sync';
      readonly enabled: boolean;
      readonly lowerNs: number;
      readonly upperNs: number;
      readonly cycleNs: number;
    }
  | {
      readonly do: 'configure-outage-alarms';
      readonly declareAfterNs: number;
      readonly restoreAfterNs: number;
    }
  | { readonly do: 'set-head-end-clock'; readonly skewNs: number }
  | {
      readonly do: 'set-meter-clock';
      readonly offByNs: number;
      /** When given, the meter shows this much past one of its interval edges (negative: before) at the end. */
      readonly pastIntervalEdgeNs: number | null;
    }
  | { readonly do: 'measure-clock'; readonly as: string }
  | { readonly do: 'await'; readonly message: MessageKind; readonly withinNs: number }
  | { readonly do: 'wait'; readonly forNs: number }
  | {
      readonly do: 'apply-load';
      readonly currentMilliAmps: number;
      readonly voltageMilliVolts: number;
      readonly powerFactorPpm: number;
    }
  | { readonly do: 'remove-load' }
  | {
      readonly do: 'measure-accuracy';
      readonly as: string;
      readonly pulses: number;
      readonly minimumGateNs: number;
      readonly repeats: number;
      readonly warmUpNs: number;
      readonly settleNs: number;
      /** How still the source must stand for a gate to count, and how often each is tried. */
      readonly stability: {
        readonly tolerancePpm: number;
        readonly attempts: number;
        readonly origin: 'scenario' | 'default';
      };
    }
  /** Pulses of the meter in a window, which nothing is compared with. */
  | {
      readonly do: 'count-pulses';
      readonly as: string;
      /** So long, or as long as so many pulses take at the applied load by the meter's Kh. */
      readonly window: { readonly forNs: number } | { readonly forPulses: number };
    }
  | { readonly do: 'open-mains' }
  | { readonly do: 'close-mains' }
  | { readonly do: 'interrupt-mains'; readonly as: string; readonly forNs: number }
  | { readonly do: 'restore-mains'; readonly as: string; readonly forNs: number }
  /** Keeps the bytes of the meter's tables, so that what a run changes can be looked up. */
  | { readonly do: 'archive-tables' }
  | { readonly do: 'read-event-log'; readonly as: string }
  | { readonly do: 'read-load-profile'; readonly as: string }
  /** Until every meter of the group is in the state, as the head-end sees it. */
  | {
      readonly do: 'await-state';
      readonly state: 'placed' | 'provisioned';
      readonly withinNs: number;
    }
  /** Asks the head-end to provision, and waits until each meter's is over, or the time is. */
  | { readonly do: 'provision'; readonly settings: MeterSettings; readonly withinNs: number }
  | { readonly do: 'configure-intervals'; readonly intervalNs: number }
  /** Which events meters tell by themselves: after so many within so long. */
  | {
      readonly do: 'configure-event-alarms';
      readonly firstCode: number;
      readonly lastCode: number;
      readonly atLeast: number;
      readonly withinNs: number;
      readonly resetsCounter: boolean;
    }
  /** Makes the meter notice events, one of each code from first to last, so many times. */
  | {
      readonly do: 'raise-event';
      readonly firstCode: number;
      readonly lastCode: number;
      readonly times: number;
      readonly everyNs: number;
    }
  | { readonly do: 'take-snapshot'; readonly as: string }
  /** Reads interval data through the head-end, on demand. */
  | { readonly do: 'read-intervals'; readonly intervals: number }
  /** Looks up what the head-end logged since the request of the newest provisioning. */
  | { readonly do: 'search-events' }
  /** The head-end's own campaign; the reading is the most transactions in flight at the meters. */
  | {
      readonly do: 'poll-meters';
      readonly as: string;
      readonly clusterSize: number;
      readonly concurrency: number;
      readonly intervals: number;
      /** Only those that should have reported and have not. */
      readonly onlyMissing: boolean;
      readonly withinNs: number;
    }
  /** What the head-end has counted southbound since it first started. */
  | { readonly do: 'read-counter'; readonly as: string; readonly counter: PathCounter }
  /** What the modules' messages weighed, of one kind or of all: as they were said, and as they were sent. */
  | {
      readonly do: 'measure-compression';
      readonly as: string;
      readonly message: MessageKind | null;
    }
  /** Cuts or joins the way between meters and a server. */
  | {
      readonly do: 'set-link';
      readonly to: 'head-end' | 'configuration-server' | 'both';
      readonly up: boolean;
    }
  /** Keeps the answers to a transaction on the way until so long after this step began. */
  | { readonly do: 'hold-answer'; readonly transaction: TransactionKind; readonly untilNs: number }
  /** Something in the name of each meter that it did not say. */
  | { readonly do: 'forge-uplink'; readonly change: Forgery }
  | { readonly do: 'set-device-pin'; readonly right: boolean }
  /** The ICC-ID that the modules tell has a wrong check digit from now on. */
  | { readonly do: 'spoil-identity' }
  /** Reads what a probe shows: a number in the unit, or a text when that is null. */
  | {
      readonly do: 'read-probe';
      readonly probe: string;
      readonly as: string;
      readonly unit: Unit | null;
      readonly expects: string | null;
    }
  | { readonly do: 'set-stimulus'; readonly stimulus: string; readonly state: string }
  | {
      readonly do: 'ask-operator';
      readonly as: string;
      readonly text: string;
      readonly wants: Prompt['wants'];
      /** Of the number that is wanted; null for other answers. */
      readonly unit: Unit | null;
      readonly expects: string | null;
      readonly withinNs: number;
    }
  | {
      readonly do: 'run-console';
      readonly command: string;
      readonly as: string;
      readonly expects: string | null;
      readonly withinNs: number;
    }
  /** Label, rig file and the meter's own word name the same meter. */
  | { readonly do: 'identify-meter' }
  /** The head-end's process is killed without warning and started again on its store. */
  | { readonly do: 'restart-head-end'; readonly downForNs: number };

export type ActionKind = Action['do'];
export type ActionOf<K extends ActionKind> = Extract<Action, { readonly do: K }>;

/** What an action does to the device under test; the plan prints it, a rig file permits it. */
export const EFFECTS = ['reads', 'writes', 'clears billing', 'may lock', 'may brick'] as const;
export type Effect = (typeof EFFECTS)[number];
