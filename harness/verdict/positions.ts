import type { Abilities } from '../../rigs/port/bench.ts';
import type { Plan, PlannedCase } from '../plan/plan.ts';

/** What each socket of a run can do, the first one first. */
export function positionsOf({ positions, abilities }: Plan): readonly Abilities[] {
  return positions ?? [abilities];
}

/** Whether a plan asks fleets and no meter in a socket. */
export function isFleetOnly({ cases }: Plan): boolean {
  return cases.length > 0 && cases.every(({ fleet }) => fleet !== null);
}

/** The instruments of all sockets; one that several share stands once. */
export function instrumentsOf(plan: Plan): Abilities['instruments'] {
  const all = positionsOf(plan).flatMap(({ instruments }) => instruments);
  return [...new Map(all.map((record) => [JSON.stringify(record), record])).values()];
}

/** What the bench can do at the socket of a case. */
export function abilitiesFor({ position }: PlannedCase, plan: Plan): Abilities {
  return positionsOf(plan).find((one) => one.position === position) ?? plan.abilities;
}

/** The name of a case without "@" and its socket: the same for all that ask the same. */
export function questionOf({ name, position }: PlannedCase): string {
  return position === undefined ? name : name.slice(0, -(position.length + 1));
}
