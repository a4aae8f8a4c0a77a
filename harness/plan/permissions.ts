import type { Action, Effect } from '../../rigs/port/action.ts';
import type { Abilities, RigProfile } from '../../rigs/port/bench.ts';
import { calibrationFindings, type CalibrationOverride } from './calibration.ts';
import type { Permissions, PlannedCase } from './plan.ts';

/** What whoever starts a run permits beyond the rig file. */
export interface PermissionRequest {
  /** Effects besides those of the rig file's consent (`--allow`). */
  readonly allowed: readonly Effect[];
  /** What the rig is used for; null where every instrument is a twin. */
  readonly rigProfile: RigProfile | null;
  readonly override: CalibrationOverride | null;
}

export const NOTHING_MORE: PermissionRequest = { allowed: [], rigProfile: null, override: null };

/** A bench whose rig consents to what is allowed for this run too. */
export function withAllowed(abilities: Abilities, allowed: readonly Effect[]): Abilities {
  const more = allowed.filter((effect) => !abilities.consent.includes(effect));
  return more.length === 0 ? abilities : { ...abilities, consent: [...abilities.consent, ...more] };
}

/** What stands in the plan of these cases. Calibrations matter when the rig is asked, and not a fleet alone. */
export function permissionsOf(
  { allowed, rigProfile, override }: PermissionRequest,
  sockets: readonly Abilities[],
  cases: readonly PlannedCase[],
  nowUtcMs: number,
): Permissions {
  const onRig = cases.filter(({ fleet }) => fleet === null);
  const actions = onRig.flatMap(({ steps }) => steps.map(({ action }) => action));
  const read = new Set(actions.flatMap(probeRead));
  const instruments = withoutRepeats(sockets.flatMap((socket) => socket.instruments));
  const findings =
    rigProfile === null || onRig.length === 0
      ? []
      : calibrationFindings(instruments, nowUtcMs, read);
  return { allowed, calibration: { profile: rigProfile, findings, override } };
}

/** Sockets share instruments: each is told of once. */
function withoutRepeats(instruments: Abilities['instruments']): Abilities['instruments'] {
  return [...new Map(instruments.map((one) => [JSON.stringify(one), one])).values()];
}

/** The role of the probe that an action reads. */
function probeRead(action: Action): readonly string[] {
  return 'probe' in action ? [`probe ${action.probe}`] : [];
}
