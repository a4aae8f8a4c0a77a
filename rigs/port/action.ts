import type { MessageKind } from '../../devices/domain/message.ts';

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
      readonly settleNs: number;
    }
  | { readonly do: 'open-mains' }
  | { readonly do: 'close-mains' }
  | { readonly do: 'interrupt-mains'; readonly as: string; readonly forNs: number }
  | { readonly do: 'restore-mains'; readonly as: string; readonly forNs: number }
  | { readonly do: 'read-event-log'; readonly as: string }
  | { readonly do: 'read-load-profile'; readonly as: string };

export type ActionKind = Action['do'];
export type ActionOf<K extends ActionKind> = Extract<Action, { readonly do: K }>;

/** What an action does to the device under test; the plan prints it, a rig file permits it. */
export type Effect = 'reads' | 'writes' | 'clears billing' | 'may lock' | 'may brick';
