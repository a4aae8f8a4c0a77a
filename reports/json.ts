import { instrumentsOf, positionsOf } from '../harness/verdict/positions.ts';
import { daysLeftOf } from './calibration-text.ts';
import type { Report } from './report.ts';
import type { ReportDocument } from './schema.ts';

/** The text of report.json, as reports/report.schema.json describes it. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(documentOf(report), null, 2)}\n`;
}

function documentOf(report: Report): ReportDocument {
  const { judgement, plan } = report;
  return {
    format: 'meterbench-report/1',
    exitCode: judgement.exitCode,
    runId: report.runId,
    title: plan?.title ?? null,
    seed: plan?.seed ?? null,
    time: plan?.time ?? null,
    startedAt: report.startedAt,
    durationNs: report.durationNs,
    defect: plan?.defect ?? null,
    bench: benchOf(report),
    instruments: instrumentsIn(report),
    positions: positionsIn(report),
    lot: report.lot.map((one) => ({ ...one, rows: [...one.rows] })),
    declarations: [...(plan?.declarations ?? [])],
    rigSafe: judgement.rigSafe,
    interrupted: report.interrupted,
    counts: report.counts,
    requirements: report.requirements,
    remarks: [...report.remarks],
    verdicts: judgement.verdicts.map((row) => ({ ...row, evidence: [...row.evidence] })),
  };
}

function instrumentsIn({ plan }: Report): ReportDocument['instruments'] {
  if (plan === null) return [];
  return instrumentsOf(plan).map((record) => ({
    ...record,
    daysLeft: daysLeftOf(record, plan),
  }));
}

function positionsIn({ plan }: Report): ReportDocument['positions'] {
  const sockets = plan === null ? [] : positionsOf(plan);
  return sockets.map(({ position, meterSerial, profile }) => ({
    position,
    meterSerial,
    profile: profile.profile,
  }));
}

function benchOf({ plan }: Report): ReportDocument['bench'] {
  if (plan === null) return null;
  const { bench, simulated, position, meterSerial, profile, headEnd } = plan.abilities;
  const names = { profile: profile.profile, headEnd: headEnd?.name ?? null };
  return { name: bench, simulated, position, meterSerial, ...names };
}
