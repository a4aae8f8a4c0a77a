import { testIdentity } from '../../devices/domain/identity.ts';
import type { IntervalReading, ReadAnswer } from '../../devices/domain/northbound.ts';
import type { ActionKind, ActionOf } from '../port/action.ts';
import type { PerformContext } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import { type FleetDescription, indexesOf, type Selection } from '../port/fleet.ts';
import type { Northbound } from '../port/northbound.ts';
import type { Observation, ObservationBody } from '../port/observation.ts';
import type { Fleet } from './fleet.ts';

/** What a bench is made of whose meters are a fleet. */
export interface FleetParts {
  readonly clock: Clock;
  readonly description: FleetDescription;
  readonly fleet: Fleet;
  readonly northbound: Northbound;
  /** Kills the head-end's process and starts it again; null where it lives in this one. */
  readonly restartHeadEnd: ((downForNs: number) => Promise<void>) | null;
  readonly memory: FleetMemory;
}

/** What was asked of the head-end before, for the next snapshot. */
export interface FleetMemory {
  readonly reads: Map<string, { readonly asked: number; readonly answer: ReadAnswer }>;
  /** The reading before the last one, to compare the register's advance with. */
  readonly earlier: Map<string, IntervalReading>;
  readonly searches: Map<string, EventSearch>;
}

export function newFleetMemory(): FleetMemory {
  return { reads: new Map(), earlier: new Map(), searches: new Map() };
}

export interface EventSearch {
  readonly found: number;
  readonly expected: number;
  readonly foundInside: number;
}

export interface FleetPerformer<K extends ActionKind> {
  perform(action: ActionOf<K>, parts: FleetParts, context: PerformContext): Promise<void>;
}

export type FleetPerformers = { readonly [K in ActionKind]?: FleetPerformer<K> };

/** The instrument that stands for what is told of a fleet as a whole. */
export const WHOLE_FLEET = 'fleet';

/** Serial numbers of the meters that a step is for. */
export function serialsOf(parts: FleetParts, of: Selection | null): readonly string[] {
  return [...indexesOf(selectionFor(parts, of))].map((index) => testIdentity(index).serial);
}

/** The meters that a step is for: all when it names none. */
export function selectionFor({ description }: FleetParts, of: Selection | null): Selection {
  if (of !== null) return of;
  return { name: 'all', ranges: [{ first: 0, count: description.meters, stride: 1 }] };
}

/** Completes an observation of a meter of the fleet, or of all of it. */
export function fleetObservation(
  parts: FleetParts,
  instrument: string,
  meter: string,
  body: ObservationBody,
): Observation {
  const at = { clock: 'bench', ns: parts.clock.nowNs() } as const;
  return { at, instrument, position: WHOLE_FLEET, meter, ...body };
}
