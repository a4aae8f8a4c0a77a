/** Bounded decisions of the head-end about provisioning. Each is replaceable by a defect. */
import type {
  Diagnosis,
  MeterSettings,
  PlacementState,
  TransactionKind,
} from '../../domain/northbound.ts';

const LIMIT_MS = 30 * 60_000;

/** Why provisioning is refused at the door; null when it may begin. REG-08 (source 000:16) */
export function provisioningRefusal(state: PlacementState): string | null {
  switch (state) {
    case 'unknown':
      return 'not placed: the meter has not registered';
    case 'provisioning':
      return 'provisioning runs already';
    case 'placed':
    case 'provisioned':
    case 'failed':
      return null;
  }
}

/** Whether coverage is recorded before the first step. PRV-08 (source 000:21) */
export function coverageFirst(): boolean {
  return true;
}

/** What provisioning begins with. PRV-03 (source 000:25-26) */
export function firstTransaction(): TransactionKind {
  return 'get-version';
}

/** Whether further steps go out before the version was answered. PRV-04 (source 000:26-29) */
export function mayProceedBeforeVersion(): boolean {
  return false;
}

/** From here on a module keeps a schedule of its own. Which version that is, is ours: no source. */
const PUSHES_SINCE = '4.10.0';

/** The steps after Get Version, which depend on its answer. PRV-04 */
export function stepsFor(moduleVersion: string): readonly TransactionKind[] {
  if (isOlder(moduleVersion, PUSHES_SINCE)) {
    return [
      'configure-clock-sync',
      'configure-outage-alarms',
      'configure-intervals',
      'read-settings',
    ];
  }
  return [
    'configure-intervals',
    'configure-push',
    'configure-outage-alarms',
    'configure-clock-sync',
    'read-settings',
  ];
}

/** By numbers between points, so that 4.10.0 is newer than 4.2.0. */
function isOlder(version: string, than: string): boolean {
  const [one, other] = [version, than].map((text) => text.split('.').map(Number));
  for (const [place, wanted] of (other ?? []).entries()) {
    const found = one?.[place] ?? 0;
    if (found !== wanted) return found < wanted;
  }
  return false;
}

/** The schedule that the head-end notes once a meter took it over. PRV-09 */
export function scheduleHeld(everyMinutes: number): number {
  return everyMinutes;
}

/** Whether the copy that a meter gives back is the head-end's. REG-13 */
export function copiesAgree(headEnd: MeterSettings, meter: MeterSettings): boolean {
  const names = Object.keys(headEnd) as (keyof MeterSettings)[];
  return names.every((name) => headEnd[name] === meter[name]);
}

/** Exactly 30:00.000 is in time, 30:00.001 is not. PRV-02 (source 000:20-22) */
export function provisioningOverdue(elapsedMs: number): boolean {
  return elapsedMs > LIMIT_MS;
}

/**
 * What an operator is to check, in this order: PRV-02 (000:20-22), PRV-05 (000:30), PRV-06
 * (000:31-33). For a refused step the source names nothing; those two are ours.
 */
export function diagnosisFor(cause: Diagnosis['cause']): Diagnosis {
  switch (cause) {
    case 'overdue':
      return {
        cause,
        checks: ['coverage validation procedures', 'PIN settings in the device properties'],
      };
    case 'version not given':
      return { cause, checks: ['Device PIN configuration'] };
    case 'no answer':
      return { cause, checks: ['troubleshooting', 'internet connection', 'support'] };
    case 'step refused':
      return { cause, checks: ['settings against the module version', 'support'] };
  }
}

/** Why data is not asked for; null when it may be. REG-09, PRV-01 (source 000:17-20) */
export function readRefusal(state: PlacementState): string | null {
  if (state === 'provisioned') return null;
  return `not provisioned (${state}): what the meter answers could be misread`;
}
