/** What guardian.ndjson holds, one line each: what was done to a bench when nobody else could. */

/** One step on the way to the safe state. */
export interface SafeStep {
  readonly name: string;
  readonly outcome: 'done' | 'failed' | 'unverified';
  readonly detail: string;
  /** From the cause to the end of the step. */
  readonly afterNs: number;
}

/** Whether the bench was shown to be dead, may be, or is not. */
export type SafeOutcome = 'verified' | 'unverified' | 'failed';

/** Why a guardian takes a bench back. */
export type SafeCause =
  | 'the runner is gone'
  | 'the runner is silent'
  | 'a release was asked for'
  | 'the last run may have left it live'
  | 'asked for by hand';

export type GuardianEntryBody =
  | {
      readonly kind: 'guardian-opened';
      readonly run: string;
      readonly rig: string;
      readonly silenceNs: number;
      /** What opens the bench without any software. */
      readonly deadMan: string;
    }
  | {
      readonly kind: 'made-safe';
      readonly cause: SafeCause;
      /** The runner's last whole line at that time; null when it had none. */
      readonly runner: { readonly seq: number; readonly sha256: string } | null;
      readonly steps: readonly SafeStep[];
      readonly outcome: SafeOutcome;
    }
  /** A command under an old fencing number, or one that would energise after the bench was taken back. */
  | {
      readonly kind: 'refused';
      readonly fence: number;
      readonly what: string;
      readonly why: string;
    }
  | { readonly kind: 'guardian-closed'; readonly rigSafe: string };

export type GuardianEntry = GuardianEntryBody & {
  readonly seq: number;
  /** The host's monotonic clock, which all processes share. */
  readonly monotonicNs: number;
  readonly wall: string;
  readonly fence: number;
  /** SHA-256 of the line before; the first continues the runner's journal as it stood then. */
  readonly prev: string;
};
