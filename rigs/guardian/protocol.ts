import type { Binding } from '../driver/binding.ts';
import type { WallClockOrigin } from '../clock/wall.ts';
import type { Blame } from '../port/bench.ts';
import type { SafeCause, SafeOutcome } from '../port/guardian-entry.ts';
import type { MainsBinding, StandardBinding } from '../rig-file.ts';

/** What runner and guardian say to each other, over the channel that Node gives parent and child. */

/** All that a guardian needs to know of a rig and of the run that it guards. */
export interface GuardOrder {
  readonly rig: string;
  readonly mains: MainsBinding | null;
  readonly source: Binding | null;
  readonly standard: StandardBinding | null;
  readonly limits: { readonly milliVolts: number; readonly milliAmps: number };
  /** All ports of the rig, to be locked. */
  readonly ports: readonly string[];
  /** Where drivers of the user's own are looked for. */
  readonly rigFolder: string;
  readonly stateFolder: string;
  readonly silenceNs: number;
  /** Instants that the guardian tells are on the runner's clock. */
  readonly clock: WallClockOrigin;
  readonly run: string;
  /** Where guardian.ndjson goes, beside the journal; null for a command without a run. */
  readonly folder: string | null;
  readonly runner: { readonly pid: number; readonly started: string };
  /** The last journal on this rig has an energised section that was never closed. */
  readonly mayBeLive: boolean;
  /** To make a quarantined rig safe by hand. */
  readonly despiteQuarantine: boolean;
}

/** What can be asked of the guardian's instruments: a method's name and its arguments. */
export type GuardedCall =
  | { readonly of: 'isolation'; readonly method: 'open' | 'close' | 'readBack' | 'identify' }
  | { readonly of: 'isolation'; readonly method: 'openFor'; readonly forNs: number }
  | { readonly of: 'source'; readonly method: 'setVoltage'; readonly milliVolts: number }
  | {
      readonly of: 'source';
      readonly method: 'setCurrent';
      readonly milliAmps: number;
      readonly powerFactorPpm: number;
    }
  | { readonly of: 'source'; readonly method: 'setOutput'; readonly on: boolean }
  | { readonly of: 'source'; readonly method: 'outputIsOn' | 'identify' };

export type ToGuardian =
  | { readonly kind: 'guard'; readonly order: GuardOrder }
  | { readonly kind: 'beat' }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly fence: number;
      readonly call: GuardedCall;
    }
  /** Drives the bench safe by the guardian's own means. */
  | { readonly kind: 'make-safe' }
  /** The run is over; what its own undos came to. */
  | { readonly kind: 'close'; readonly rigSafe: string; readonly detail: string };

interface Called {
  readonly id: number;
  /** How long opening the switch may still take now: a board's timer may run. */
  readonly opensWithinNs: number;
}

export type FromGuardian =
  | { readonly kind: 'refused'; readonly why: string }
  | {
      readonly kind: 'ready';
      readonly fence: number;
      readonly holds: {
        readonly isolation: boolean;
        readonly source: boolean;
        readonly openFor: boolean;
        readonly opensWithinNs: number;
      };
      /** What start-up recovery came to; null when there was nothing to recover. */
      readonly recovered: SafeOutcome | null;
    }
  | (Called & { readonly kind: 'answer'; readonly value: unknown })
  | (Called & { readonly kind: 'failed'; readonly blame: Blame; readonly why: string })
  /** The bench was taken back while the runner lives. */
  | {
      readonly kind: 'taken';
      readonly cause: SafeCause;
      readonly outcome: SafeOutcome;
      readonly detail: string;
    };

/** Whether a call can only make the bench safer, or only looks: allowed to whoever asks, at any time. */
export function isSafeCall(call: GuardedCall): boolean {
  switch (call.method) {
    case 'open':
    case 'readBack':
    case 'outputIsOn':
    case 'identify':
      return true;
    case 'setOutput':
      return !call.on;
    case 'setCurrent':
      return call.milliAmps === 0;
    case 'close':
    case 'openFor':
    case 'setVoltage':
      return false;
  }
}

/** Whether a call may leave the bench energised: remembered before it is done. */
export function energises(call: GuardedCall): boolean {
  return (
    call.method === 'close' ||
    call.method === 'openFor' ||
    (call.method === 'setOutput' && call.on) ||
    (call.method === 'setCurrent' && call.milliAmps > 0)
  );
}
