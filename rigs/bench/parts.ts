import type { MeterProfile } from '../../devices/domain/profile.ts';
import type { Connection } from '../port/connection.ts';
import type { TemperatureInfluence } from '../driver/instrument-block.ts';
import type { Observation, ObservationBody } from '../port/observation.ts';
import type { Action, ActionKind, ActionOf } from '../port/action.ts';
import type { PerformContext } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type {
  EdgeInput,
  HeadEndSide,
  IsolationSwitch,
  OpticalPort,
  ReferenceStandard,
  Source,
} from '../port/instrument.ts';
import type { Operator } from '../port/operator.ts';
import type { Console, Probe, Stimulus } from '../port/probe.ts';
import type { MessageFeed } from './message-feed.ts';

/** What a bench is made of; null where the rig has no such thing. */
export interface BenchParts {
  readonly clock: Clock;
  readonly profile: MeterProfile;
  readonly position: string;
  readonly meterSerial: string;
  /** What a scanner reads on the nameplate, when the rig file says that. */
  readonly meterBarcode?: string | undefined;
  readonly isolation: IsolationSwitch | null;
  readonly source: Source | null;
  readonly standard: ReferenceStandard | null;
  readonly optical: OpticalPort | null;
  readonly clockOutput: EdgeInput | null;
  /** Sees the meter's test LED. */
  readonly pulses: EdgeInput | null;
  readonly messages: MessageFeed | null;
  readonly headEnd: HeadEndSide | null;
  readonly console: Console | null;
  /** By the names that the rig file gives them; those of the room too. */
  readonly probes: ReadonlyMap<string, Probe>;
  readonly stimuli: ReadonlyMap<string, Stimulus>;
  readonly operator: Operator | null;
  readonly wiring: Wiring;
  /** What was already read in this case, so that a reading tells only what is new. */
  readonly memory: ReadingMemory;
}

/** What the rig file says of a comparison beside the instruments themselves. */
export interface Wiring {
  /** Undefined where it does not say: all elements of the meter in series-parallel. */
  readonly connection: Connection | undefined;
  /** How the standard follows the temperature; null where nobody says. */
  readonly standardTemperature: TemperatureInfluence | null;
}

export interface ReadingMemory {
  lastEventNumber: number;
  /** Why the isolation switch cannot be believed any more in this run. */
  switchDistrusted?: string;
  /** The contact was commanded closed and nobody has opened it since. */
  mainsClosed?: boolean;
  lastIntervalNumber: number;
  /** What the operator read on the label of the meter in the socket. */
  label?: string;
  /** The load that was applied last and not removed; comparisons compute their duration from it. */
  load: ActionOf<'apply-load'> | null;
}

/** Does one kind of action on the parts of a bench; the parts that it needs are named beside it. */
export interface Performer<K extends ActionKind> {
  readonly needs: readonly (keyof BenchParts)[];
  perform(action: ActionOf<K>, parts: BenchParts, context: PerformContext): Promise<void>;
}

/** A bench with one meter knows only some of the actions; a fleet has performers of its own. */
export type Performers = { readonly [K in ActionKind]?: Performer<K> };

/** Completes an observation of this bench, at the present instant of its clock. */
export function observationOf(
  parts: BenchParts,
  instrument: string,
  body: ObservationBody,
): Observation {
  return {
    at: { clock: 'bench', ns: parts.clock.nowNs() },
    instrument,
    position: parts.position,
    meter: parts.meterSerial,
    ...body,
  };
}

/** A part that the performer's `needs` promised. */
export function need<P extends keyof BenchParts>(
  parts: BenchParts,
  part: P,
  action: Action['do'],
): NonNullable<BenchParts[P]> {
  const found = parts[part];
  if (found === null || found === undefined) {
    throw new Error(`"${action}" was asked of a bench without ${part}; the plan must refuse that`);
  }
  return found;
}
