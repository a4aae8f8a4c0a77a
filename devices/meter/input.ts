import type { MessageKind } from '../domain/message.ts';
import type { EventFilter } from '../domain/northbound.ts';
import type { ParameterKey } from '../protocol/centron-gprs/messages.ts';
import type { Meters } from './columns.ts';
import type { TimerName } from './timers.ts';
import type { Operation } from './operations.ts';

/** What can happen to a meter, as its faces and its bench hand it to the model. */
export type MeterInput =
  | { readonly kind: 'wake' }
  | { readonly kind: 'mains'; readonly energised: boolean }
  /** True power at the terminals and its current. */
  | { readonly kind: 'load'; readonly milliWatts: number; readonly currentMilliAmps: number }
  /** The answer to a clock reference request: the head-end's clock, ns since `startUtcMs`. */
  | { readonly kind: 'clock-reference'; readonly headEndNs: number }
  | {
      readonly kind: 'configure-clock-sync';
      readonly enabled: boolean;
      readonly lowerMs: number;
      readonly upperMs: number;
      readonly cycleMs: number;
    }
  | {
      readonly kind: 'configure-outage-alarms';
      readonly declareAfterMs: number;
      readonly restoreAfterMs: number;
    }
  /** A recording interval; complete intervals keep their length. */
  | { readonly kind: 'configure-intervals'; readonly intervalMinutes: number }
  /** Interval data to be sent so often by the meter's clock; 0 ends it. */
  | { readonly kind: 'configure-push'; readonly everyMinutes: number }
  /** Which events are told, after how many within how long. */
  | ({ readonly kind: 'configure-event-alarms' } & EventFilter)
  /** A parameter of the customer's configuration server. */
  | { readonly kind: 'write-parameter'; readonly key: ParameterKey; readonly value: string }
  /** The head-end accepted the registration. */
  | { readonly kind: 'registered' }
  /** Procedure 10: the clock as it is to be, ns since `startUtcMs`. */
  | { readonly kind: 'set-clock'; readonly shownNs: number }
  /** A head-end writes the time into a clock whose synchronisation has bounds: ns as above. */
  | { readonly kind: 'offer-clock'; readonly shownNs: number }
  /** What a reader asks for. */
  | { readonly kind: 'operation'; readonly operation: Operation };

/** Where a meter's messages go. Called while the model runs; must not call the model back. */
export interface MeterSink {
  say(row: number, kind: MessageKind, first: number, second: number): void;
}

/** What happens to one meter when one of its timers is due. */
export type TimerHandler = (meters: Meters, row: number, dueNs: number, out: MeterSink) => void;
export type TimerHandlers = { readonly [T in TimerName]: TimerHandler };

export const WAKE: MeterInput = { kind: 'wake' };

/** Why a configuration was refused, in the second field of `configuration-refused`. */
export const REFUSAL = {
  boundsCrossed: 1,
  intervalNotAccepted: 2,
  pushNotAccepted: 3,
  /** The meter has no module that could keep it. */
  noModule: 4,
  noSuchEvent: 5,
} as const;
