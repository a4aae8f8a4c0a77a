/** The person at the bench: acts where no driver does, and answers what no instrument shows. */

/** What the operator is asked. */
export interface Prompt {
  /** Stable name by which an answers file finds it: "identity A1", "isolation-switch open". */
  readonly id: string;
  /** One sentence: what to do or to look at. */
  readonly text: string;
  readonly wants:
    | { readonly kind: 'done' }
    | { readonly kind: 'text' }
    | { readonly kind: 'number'; readonly unit: string }
    | { readonly kind: 'choice'; readonly among: readonly string[] };
}

export interface OperatorAnswer {
  /** As it was given; 'done', a text, a number, one of the choices. */
  readonly value: string;
  /** Who: a name, "answers file", "twin". */
  readonly by: string;
}

export interface Operator {
  /** @throws BenchError (rig) when nobody answers within the limit; the signal's reason when cancelled */
  ask(prompt: Prompt, limitNs: number, signal?: AbortSignal): Promise<OperatorAnswer>;
}

/** A prompt that somebody is to answer. */
export interface OpenPrompt {
  /** Tells it from every other prompt of the run, also from one with the same id. */
  readonly number: number;
  readonly prompt: Prompt;
  /** UTC until which an answer is awaited, in ms. */
  readonly untilUtcMs: number;
}

/**
 * What came of an answer. `unknown`: nobody waits for it any more. `unusable`: it is none, and the
 * prompt stays open.
 */
export type Given =
  | { readonly kind: 'taken' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unusable'; readonly wanted: string };
