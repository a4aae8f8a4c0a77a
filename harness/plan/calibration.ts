import { daysUntil } from '../../devices/domain/calendar.ts';
import type { InstrumentRecord, RigProfile } from '../../rigs/port/bench.ts';

/** Inside so many days a laboratory should have sent it away already. */
const SOON_DAYS = 30;

/** Something that a certificate lacks, on the day of the run. */
export interface CalibrationFinding {
  readonly role: string;
  readonly what: 'overdue' | 'due soon' | 'no certificate' | 'no uncertainty';
  /** Whether a verdict rests on what the instrument shows. */
  readonly decides: boolean;
  readonly text: string;
}

/** A person's word that an overdue calibration does no harm this time. */
export interface CalibrationOverride {
  readonly by: string;
  readonly reason: string;
}

/** What a plan knows of the calibrations of its rig. */
export interface PlannedCalibration {
  /** What the rig is used for; null where every instrument is a twin. */
  readonly profile: RigProfile | null;
  readonly findings: readonly CalibrationFinding[];
  readonly override: CalibrationOverride | null;
}

/** Whether a verdict rests on an instrument: on a standard, on stamped edges, on a probe that is read. */
function decides(role: string, probesRead: ReadonlySet<string> | null): boolean {
  if (role === 'reference-standard' || role === 'clock-output') return true;
  return role.startsWith('probe ') && (probesRead?.has(role) ?? true);
}

/**
 * What is to be said of the calibrations of instruments on a day; twins have none.
 * @param probesRead roles of the probes that are read; null for all
 */
export function calibrationFindings(
  instruments: readonly InstrumentRecord[],
  nowUtcMs: number,
  probesRead: ReadonlySet<string> | null = null,
): readonly CalibrationFinding[] {
  return instruments
    .filter(({ simulated }) => !simulated)
    .flatMap((instrument) =>
      findingsOf(instrument, decides(instrument.role, probesRead), nowUtcMs),
    );
}

/** Why a plan may not be run as things are; null when it may. */
export function calibrationRefusal(calibration: PlannedCalibration): string | null {
  const { profile, findings, override } = calibration;
  const told = overdueIn(findings, profile);
  if (told === null) return null;
  if (profile === 'certification') {
    return `${told}; a rig for certification waits for the new certificate, nothing overrides that`;
  }
  if (override !== null) return null;
  return `${told}; whoever answers for it says so: --override-calibration "<name>: <reason>"`;
}

/** What keeps a rig from being used on a day, in words; null when its calibrations do not. */
export function overdueText(
  instruments: readonly InstrumentRecord[],
  profile: RigProfile | null,
  nowUtcMs: number,
): string | null {
  return overdueIn(calibrationFindings(instruments, nowUtcMs), profile);
}

/** The overdue calibrations that count on a rig of this profile; null without any. */
function overdueIn(
  findings: readonly CalibrationFinding[],
  profile: RigProfile | null,
): string | null {
  if (profile === null || profile === 'development') return null;
  const overdue = findings.filter((one) => one.what === 'overdue' && one.decides);
  if (overdue.length === 0) return null;
  return overdue.map(({ role, text }) => `${role}: ${text}`).join('; ');
}

function findingsOf(
  instrument: InstrumentRecord,
  isDeciding: boolean,
  nowUtcMs: number,
): readonly CalibrationFinding[] {
  const { role, make, model, serial, due, certificate, uncertainty } = instrument;
  const finding = (what: CalibrationFinding['what'], text: string): CalibrationFinding => ({
    role,
    what,
    decides: isDeciding,
    text: `${make} ${model}, ${serial}: ${text}`,
  });
  const found: CalibrationFinding[] = [];
  const daysLeft = due === null ? null : daysUntil(due, nowUtcMs);
  if (daysLeft !== null && daysLeft < 0) {
    found.push(finding('overdue', `calibration is ${days(-daysLeft)} overdue (due ${due})`));
  } else if (daysLeft !== null && daysLeft <= SOON_DAYS) {
    found.push(finding('due soon', `calibration is due in ${days(daysLeft)} (${due})`));
  }
  // What only switches or shows needs no certificate.
  if (isDeciding && (certificate === null || due === null)) {
    const lacking = certificate === null ? 'no certificate is declared' : 'no due date is declared';
    found.push(finding('no certificate', lacking));
  }
  if (role === 'reference-standard' && uncertainty === null) {
    found.push(finding('no uncertainty', 'no uncertainty is declared, so its errors count as 0'));
  }
  return found;
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
