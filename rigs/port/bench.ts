import type { LanguageName } from '../../devices/domain/language.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import type { Action, ActionKind, Effect } from './action.ts';
import type { Selection } from './fleet.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { Observation } from './observation.ts';

/** Who must act on something that went wrong. */
export type Blame = 'rig' | 'dut' | 'head-end' | 'scenario' | 'harness';

/**
 * Something that a bench could not do, sorted by who must act. The text names what was awaited,
 * for how long, what came instead, and where.
 */
export class BenchError extends Error {
  readonly blame: Blame;
  constructor(blame: Blame, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BenchError';
    this.blame = blame;
  }
}

/** What a rig is used for decides what an overdue calibration does: refuse, refuse, or warn. */
export const RIG_PROFILES = ['lab', 'certification', 'development'] as const;
export type RigProfile = (typeof RIG_PROFILES)[number];

export interface InstrumentRecord {
  readonly role: string;
  readonly driver: string;
  readonly simulated: boolean;
  readonly make: string;
  readonly model: string;
  readonly serial: string;
  readonly certificate: string | null;
  readonly calibrated: string | null;
  readonly due: string | null;
  readonly uncertainty: string | null;
}

/** What a bench with its meter and its head-end side can do: all that a plan needs to know. */
export interface Abilities {
  readonly bench: string;
  readonly simulated: boolean;
  readonly position: string;
  readonly meterSerial: string;
  readonly profile: MeterProfile;
  /** For comparisons; absent where the rig file does not say (see connectionOf). */
  readonly connection?: Connection;
  /** What the rig permits at the socket; the lower of rig and meter counts. */
  readonly limits: { readonly milliVolts: number; readonly milliAmps: number };
  /** What the module and its head-end speak; absent: C12.22. */
  readonly language?: LanguageName;
  readonly headEnd: { readonly name: string; readonly timeReference: boolean } | null;
  /** Actions that have a performer here. */
  readonly performs: readonly ActionKind[];
  /** Effects to which the rig file consents. */
  readonly consent: readonly Effect[];
  /** Roles that are filled: 'isolation-switch', 'reference-standard', 'source', 'optical-port', 'clock-output', 'pulse-input', 'module-link', 'console', 'operator', 'probe <name>', 'stimulus <name>'. */
  readonly roles: readonly string[];
  readonly instruments: readonly InstrumentRecord[];
}

/** What was commanded, and nothing on the bench shows whether it happened. */
export interface Unverified {
  readonly unverified: string;
}

/** Takes the bench back; registered before the act that it undoes. */
export interface Undo {
  readonly name: string;
  readonly budgetNs: number;
  /** Resolves to what was verified, e.g. "standard reads 0.0 V". Throws when it is not safe. */
  run(): Promise<string | Unverified>;
}

/** What a performer gets besides its action. */
export interface PerformContext {
  readonly step: string;
  /** The meters of a fleet that the action is for; null on a rig, which has one. */
  readonly of: Selection | null;
  readonly signal: AbortSignal;
  observe(observation: Observation): void;
  /** Registers an undo; one with the name of a registered undo replaces nothing and is dropped. */
  undo(undo: Undo): void;
  /** Says that the section from here on is energised (journaled and flushed before it happens). */
  energise(what: string): void;
}

/** A bench with the meter in its socket and the head-end side that goes with it. */
export interface Bench {
  readonly clock: Clock;
  readonly abilities: Abilities;
  /** Every observation that nobody asked for (messages on the link) goes to the listener. */
  listen(listener: (observation: Observation) => void): void;
  /**
   * Performs one action.
   * @throws BenchError with the blame; the signal's reason when cancelled.
   */
  perform(action: Action, context: PerformContext): Promise<void>;
  /** Closes ports; the safe state is the undo stack's business and is already reached. */
  close(): Promise<void>;
}
