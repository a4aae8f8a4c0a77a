import { z } from 'zod';
import type { MeterProfile } from '../../../devices/domain/profile.ts';
import type { Unit } from '../../../devices/domain/quantity.ts';
import type { ActionKind, ActionOf, Effect } from '../../../rigs/port/action.ts';
import type { Abilities } from '../../../rigs/port/bench.ts';
import type { Values } from '../values.ts';

/** What the steps before have brought about, as far as durations and fitness depend on it. */
export interface Circumstances {
  readonly profile: MeterProfile;
  /** What the rig permits at the socket. */
  readonly limits: { readonly milliVolts: number; readonly milliAmps: number };
  readonly load: ActionOf<'apply-load'> | null;
  /** What the bench has: 'console', 'probe display', 'stimulus tilt'. */
  readonly roles: readonly string[];
  readonly connection?: Abilities['connection'];
}

/**
 * A word of the scenario language: what may be written with it, what it compiles to, and what it
 * does to the meter. The performer of the same name stands in the benches.
 */
export interface Verb<K extends ActionKind> {
  readonly kind: K;
  readonly summary: string;
  /** For the reference page; paragraphs of plain text. */
  readonly documentation: string;
  /** A step as one would write it, YAML. */
  readonly example: string;
  /** Of `with`. */
  readonly schema: z.ZodObject;
  readonly effects: readonly Effect[];
  /** Whether mains voltage or current reach the meter through it. */
  readonly energises: boolean;
  /** The bench or the meter answers to it, so that an `answer` can be expected. */
  readonly answers: boolean;
  /** What kind of thing `as` names, and its unit; null for a verb that names nothing. */
  readonly yields: Yielding | null;
  /** The same for one step, as far as it can be read. */
  yieldsIn(written: unknown): Yielding | null;
  compile(written: unknown, values: Values): ActionOf<K>;
  /** How long it is expected to take, ns. */
  expectedNs(action: ActionOf<K>, circumstances: Circumstances): number;
  /** Why it cannot be done with this meter; null when it can. */
  unfit(action: ActionOf<K>, circumstances: Circumstances): string | null;
}

/** What a step makes known under a name (`as`). */
export type Yielding =
  | { readonly kind: 'measurement'; readonly unit: Unit }
  | { readonly kind: 'text' }
  | { readonly kind: 'event log' }
  | { readonly kind: 'load profile' }
  | { readonly kind: 'snapshot' };

interface VerbText<K extends ActionKind, S extends z.ZodObject> {
  readonly kind: K;
  readonly summary: string;
  readonly documentation: string;
  readonly example: string;
  readonly schema: S;
  readonly effects: readonly Effect[];
  readonly energises?: boolean;
  readonly answers?: boolean;
  readonly yields?: Yielding;
  readonly yieldsIn?: (written: unknown) => Yielding;
  readonly compile: (written: z.output<S>, values: Values) => ActionOf<K>;
  readonly expectedNs: (action: ActionOf<K>, circumstances: Circumstances) => number;
  readonly unfit?: (action: ActionOf<K>, circumstances: Circumstances) => string | null;
}

/** Makes a verb of its parts; its `compile` reads what the schema accepts. */
export function defineVerb<const K extends ActionKind, S extends z.ZodObject>(
  text: VerbText<K, S>,
): Verb<K> {
  return {
    kind: text.kind,
    summary: text.summary,
    documentation: text.documentation,
    example: text.example,
    schema: text.schema,
    effects: text.effects,
    energises: text.energises ?? false,
    answers: text.answers ?? false,
    yields: text.yields ?? null,
    yieldsIn: text.yieldsIn ?? (() => text.yields ?? null),
    compile: (written, values) => text.compile(text.schema.parse(written ?? {}), values),
    expectedNs: text.expectedNs,
    unfit: text.unfit ?? (() => null),
  };
}

/** The name under which a step's result is known. */
export const asName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9]*$/, {
    error: ({ input }) => `"${String(input)}" cannot be a name: letters and digits, a letter first`,
  })
  .describe('The name under which the result is known.');

/** Verbs without anything to say. */
export const NOTHING = z.strictObject({});
