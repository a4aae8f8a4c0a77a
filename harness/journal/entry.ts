import type { Blame } from '../../rigs/port/bench.ts';
import type { Observation } from '../../rigs/port/observation.ts';
import type { TallyResult } from './tally-result.ts';

/** What the journal holds, one line each. Every field is a function of the plan in simulated time. */
export type EntryBody =
  | {
      readonly kind: 'run-opened';
      readonly format: 'meterbench-journal/1';
      readonly runId: string;
      readonly seed: number;
      readonly time: 'simulated' | 'wall';
    }
  /** A text that the run rests on: plan.json, a scenario, the catalogue, the rig file without secrets. */
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly sha256: string;
      readonly text: string;
    }
  | { readonly kind: 'case-opened'; readonly case: string }
  | { readonly kind: 'step-opened'; readonly case: string; readonly step: string }
  | {
      readonly kind: 'energised';
      readonly case: string;
      readonly step: string;
      readonly what: string;
    }
  | {
      readonly kind: 'observation';
      readonly case: string;
      readonly step: string | null;
      readonly observation: Observation;
    }
  | {
      readonly kind: 'step-closed';
      readonly case: string;
      readonly step: string;
      readonly outcome: 'done' | 'failed' | 'cancelled' | 'skipped';
      readonly blame: Blame | null;
      readonly reason: string | null;
    }
  /** What an expectation over a large fleet came to; stands for observations that are not kept. */
  | {
      readonly kind: 'tally';
      readonly case: string;
      readonly expectation: string;
      readonly result: TallyResult;
    }
  /** One undo of the safe state: what it did and what was verified. */
  | {
      readonly kind: 'undone';
      readonly case: string;
      readonly name: string;
      /** `unverified`: commanded, and nothing on the bench shows whether it happened. */
      readonly outcome: 'verified' | 'unverified' | 'failed';
      readonly detail: string;
    }
  | { readonly kind: 'case-closed'; readonly case: string }
  | { readonly kind: 'aborted'; readonly by: string }
  /** Our own fault: a defect of the harness, with what it said. */
  | { readonly kind: 'harness-error'; readonly case: string | null; readonly message: string }
  | { readonly kind: 'run-closed'; readonly rigSafe: RigSafe };

/** Whether the bench was left safe, as a run says it at its end. */
export type RigSafe = 'verified' | 'unverified' | 'not energised' | 'UNSAFE';

/** A line: its place, its time on the bench's clock, and the SHA-256 of the line before it. */
export type Entry = EntryBody & {
  readonly seq: number;
  readonly atNs: number;
  readonly clock: 'bench';
  readonly wall: string;
  readonly fence: number;
  readonly prev: string;
};
