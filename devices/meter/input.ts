import type { MessageKind } from '../domain/message.ts';
import type { Meters, Timers } from './columns.ts';

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
  /** Procedure 10: the clock as it is to be, ns since `startUtcMs`. */
  | { readonly kind: 'set-clock'; readonly shownNs: number };

/** Where a meter's messages go. Called while the model runs; must not call the model back. */
export interface MeterSink {
  say(row: number, kind: MessageKind, first: number, second: number): void;
}

/** What happens to one meter when one of its timers is due. */
export type TimerHandler = (meters: Meters, row: number, dueNs: number, out: MeterSink) => void;
export type TimerHandlers = { readonly [T in keyof Timers]: TimerHandler };

export const WAKE: MeterInput = { kind: 'wake' };

/** Why a configuration was refused, in the second field of `configuration-refused`. */
export const REFUSAL = { boundsCrossed: 1 } as const;
