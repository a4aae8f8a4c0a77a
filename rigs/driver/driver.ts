import type { z } from 'zod';
import type { InstrumentDescription } from './instrument-block.ts';
import type { ActionKind } from '../port/action.ts';
import type { ByteChannel, LineSettings } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import type {
  EdgeInput,
  IsolationSwitch,
  OpticalPort,
  ReferenceStandard,
  Source,
} from '../port/instrument.ts';
import type { Operator } from '../port/operator.ts';
import type { Console, Probe, Stimulus } from '../port/probe.ts';
import type { BenchPhysics } from '../bench/physics.ts';
import type { Twin } from '../serial/twin.ts';

/**
 * A driver is one small file: what a rig file may say about the instrument, how it is opened, what
 * can be said about its safety from the file alone, and its twin. docs/bench.md shows one.
 */

/** What each role of a rig file is to the bench. */
export interface Ports {
  readonly 'isolation-switch': IsolationSwitch;
  readonly source: Source;
  readonly 'reference-standard': ReferenceStandard;
  readonly 'optical-port': OpticalPort;
  readonly 'clock-output': EdgeInput;
  readonly 'pulse-input': EdgeInput;
  readonly probe: Probe;
  readonly stimulus: Stimulus;
  readonly console: Console;
}
export type Role = keyof Ports;

/** How an instrument is reached; decides what the rig file's `port` may be. */
export type Reach =
  /** A device path, a by-id path, a serial server (tcp://host:port), or `simulated`. */
  | 'line'
  /** http:// or https:// */
  | 'url'
  /** A program of the host, a person: no port. */
  | 'none';

/** A secret of the bench, or what an environment variable holds that the rig file names. */
export type SecretName = 'optical-password' | { readonly variable: string };

/** What a driver gets to open its instrument. */
export interface DriverContext {
  /** How the instrument is called in messages: "isolation switch". */
  readonly name: string;
  readonly clock: Clock;
  /** Opens the binding's port; for drivers with reach 'line'. @throws BenchError (rig) */
  readonly openLine: (settings: LineSettings) => Promise<ByteChannel>;
  /** The binding's port as written; for drivers with reach 'url'. */
  readonly port: string | null;
  /** For what only a person can do or see; drivers ask when they act, not when they are opened. */
  readonly operator: Operator;
  /** The lower of rig and meter, mV and mA. */
  readonly limits: { readonly milliVolts: number; readonly milliAmps: number };
  readonly instrument: InstrumentDescription | null;
  /** What the rig file says of the switch's own word on its contact; 'none' for other roles. */
  readonly readback: 'none' | 'state';
  /** Which side of the isolation switch a reference standard senses. */
  readonly senses: 'upstream' | 'downstream';
  /** Secrets by name; never logged. @throws BenchError (rig) for a variable that is not set */
  readonly secret: (name: SecretName) => Uint8Array;
}

/** What a driver can promise about the way to the safe state, from the rig file alone. */
export interface Safety {
  /** What opens the bench without any software; 'line drops' is none when it stands alone. */
  readonly deadMan: 'none' | 'line drops' | 'board timer' | 'watchdog';
  /** Worst case from the command to the contact, ns; null where a person acts. */
  readonly offWithinNs: number | null;
  /** Whether merely opening the port may energise the meter (a line that rises at open). */
  readonly energisesOnOpen: boolean;
  /** Whether the meter is energised once nobody holds the port any more. */
  readonly energisesOnRelease?: boolean;
}

/** What a twin is made from. */
export interface TwinContext {
  /** The bench that all twins share. */
  readonly physics: BenchPhysics;
  readonly seed: number;
  readonly instrument: InstrumentDescription | null;
  /** Which side of the isolation switch a reference standard senses. */
  readonly senses: 'upstream' | 'downstream';
  /** Of the meter in the socket, for its optical port. */
  readonly meter: { readonly serial: string; readonly password: Uint8Array };
}

/** A driver with the shape of its options; see {@link defineDriver}. */
export interface DriverDefinition<R extends Role, Shape extends z.ZodRawShape> {
  readonly role: R;
  /** As the rig file names it. */
  readonly name: string;
  /** One line for lists and for the JSON Schema. */
  readonly summary: string;
  readonly reach: Reach;
  /** Keys of the rig file beside driver, port, instrument and those of the role. */
  readonly options: Shape;
  /** What the role is there for and this instrument cannot; plans tell it instead of the bench. */
  readonly cannot?: readonly ActionKind[];
  open(options: z.output<z.ZodObject<Shape>>, context: DriverContext): Promise<Ports[R]>;
  /** For isolation switches and sources; others have nothing to promise. */
  readonly safety?: (options: z.output<z.ZodObject<Shape>>) => Safety;
  /** The simulated far end of the line; none for drivers that no line reaches. */
  readonly twin?: (options: z.output<z.ZodObject<Shape>>, context: TwinContext) => Twin;
}

/** A driver whose options have been checked by its own shape when the rig file was loaded. */
export interface Driver<R extends Role = Role> {
  readonly role: R;
  readonly name: string;
  readonly summary: string;
  readonly reach: Reach;
  readonly options: z.ZodRawShape;
  readonly cannot: readonly ActionKind[];
  open(options: object, context: DriverContext): Promise<Ports[R]>;
  safety: ((options: object) => Safety) | null;
  twin: ((options: object, context: TwinContext) => Twin) | null;
}

/**
 * Makes a driver from its definition. The loader of the rig file has checked the options by the
 * driver's own shape, so that they are what its functions take.
 */
export function defineDriver<R extends Role, Shape extends z.ZodRawShape>(
  definition: DriverDefinition<R, Shape>,
): Driver<R> {
  type Options = z.output<z.ZodObject<Shape>>;
  const { role, name, summary, reach, options, cannot = [], safety, twin } = definition;
  return {
    role,
    name,
    summary,
    reach,
    options,
    cannot,
    open: (checked, context) => definition.open(checked as Options, context),
    safety: safety === undefined ? null : (checked) => safety(checked as Options),
    twin: twin === undefined ? null : (checked, context) => twin(checked as Options, context),
  };
}
