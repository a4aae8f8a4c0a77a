import { daysUntil } from '../devices/domain/calendar.ts';
import type { Plan } from '../harness/plan/plan.ts';
import type { InstrumentRecord } from '../rigs/port/bench.ts';

/** Days for which the calibration of an instrument still held when the run began; null without a due date. */
export function daysLeftOf({ due }: InstrumentRecord, { startUtcMs }: Plan): number | null {
  return due === null ? null : daysUntil(due, startUtcMs);
}

/** The same for people; negative days are told as what they are. */
export function daysLeftText(daysLeft: number | null): string {
  if (daysLeft === null) return 'no due date';
  return daysLeft < 0 ? `${-daysLeft} overdue` : String(daysLeft);
}

/** One line for each real instrument of the bench; nothing where all are twins. */
export function instrumentLines(plan: Plan): readonly string[] {
  return plan.abilities.instruments
    .filter(({ simulated }) => !simulated)
    .map((record) => {
      const { role, make, model, serial, certificate } = record;
      const left = daysLeftText(daysLeftOf(record, plan));
      return `${role}: ${make} ${model}, ${serial}, certificate ${certificate ?? 'not declared'}, days left ${left}`;
    });
}

/** What a reader must know of what was permitted for a run, and of its calibrations. */
export function permissionRemarks({ permissions }: Plan): readonly string[] {
  const { allowed, calibration } = permissions;
  const { findings, override } = calibration;
  return [
    ...findings.map(({ role, text }) => `${role}: ${text}`),
    ...(override === null
      ? []
      : [`overdue calibrations were overridden by ${override.by}: ${override.reason}`]),
    ...(allowed.length === 0
      ? []
      : [`permitted for this run beyond the rig file: ${allowed.join(', ')}`]),
  ];
}
