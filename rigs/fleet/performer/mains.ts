import type { Reading } from '../../port/observation.ts';
import {
  type FleetParts,
  type FleetPerformer,
  WHOLE_FLEET,
  fleetObservation,
  selectionFor,
} from '../parts.ts';

export const openMains: FleetPerformer<'open-mains'> = {
  async perform(_action, { fleet, ...parts }, context) {
    const selection = selectionFor({ fleet, ...parts }, context.of);
    await fleet.command({ kind: 'mains', energised: false, selection });
  },
};

export const closeMains: FleetPerformer<'close-mains'> = {
  async perform(_action, { fleet, ...parts }, context) {
    const selection = selectionFor({ fleet, ...parts }, context.of);
    await fleet.command({ kind: 'mains', energised: true, selection });
  },
};

export const interruptMains: FleetPerformer<'interrupt-mains'> = {
  async perform(action, parts, context) {
    const selection = selectionFor(parts, context.of);
    const startedNs = parts.clock.nowNs();
    await parts.fleet.command({ kind: 'interrupt', selection, forNs: action.forNs });
    await parts.clock.sleepUntil(startedNs + action.forNs, context.signal);
    const reading = interruption(action.as, action.forNs, parts);
    context.observe(fleetObservation(parts, 'isolation-switch', WHOLE_FLEET, reading));
  },
};

export const restoreMains: FleetPerformer<'restore-mains'> = {
  async perform(action, parts, context) {
    const selection = selectionFor(parts, context.of);
    const startedNs = parts.clock.nowNs();
    await parts.fleet.command({ kind: 'mains', energised: true, selection });
    await parts.clock.sleepUntil(startedNs + action.forNs, context.signal);
    await parts.fleet.command({ kind: 'mains', energised: false, selection });
    const reading = interruption(action.as, action.forNs, parts);
    context.observe(fleetObservation(parts, 'isolation-switch', WHOLE_FLEET, reading));
  },
};

/** A simulated feeder is cut by the model's own clock: the outage is as long as it was asked for. */
function interruption(name: string, forNs: number, { description }: FleetParts): Reading {
  const size = description.profile.outage.tickNs;
  return {
    kind: 'reading',
    name,
    value: forNs,
    unit: 'ns',
    expandedUncertainty: 0,
    coverageFactor: 2,
    budget: [],
    resolution: 1,
    ticks: { size, count: Math.floor(forNs / size) },
    raw: {},
  };
}
