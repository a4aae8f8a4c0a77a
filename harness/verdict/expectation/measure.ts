import { missing } from '../blocked.ts';
import { named } from '../case-record.ts';
import type { CaseRecord, Seen } from '../case-record.ts';
import { decide } from '../decision-rule.ts';
import { decisive, finding, isNonEmpty, limitValue } from '../finding.ts';
import type { ExpectationOf, Finding } from '../finding.ts';

/** A reading against its limits, by the decision rule that they name. Repeats count all. */
export function judgeMeasure(expectation: ExpectationOf<'measure'>, record: CaseRecord): Finding {
  const { measurement, limits } = expectation;
  const findings = named(record, 'reading', measurement).map((reading) =>
    judgeOne(reading, limits),
  );
  if (isNonEmpty(findings)) return decisive(findings);
  const limit = limitValue(limits);
  return { ...missing(record, measurement, `reading '${measurement}'`), limit };
}

function judgeOne(
  { seq, observation }: Seen<'reading'>,
  limits: ExpectationOf<'measure'>['limits'],
): Finding {
  const { name, value, unit, expandedUncertainty } = observation;
  const limit = limitValue(limits);
  const measured = { name, value, unit, expandedUncertainty };
  if (unit !== limits.unit) {
    const reason = `${name} is in ${unit}, its limits are in ${limits.unit}`;
    return finding('inconclusive', reason, [seq], { blame: 'scenario', measured, limit });
  }
  const { verdict, margin, reason } = decide(observation, limits);
  const blame = verdict === 'inconclusive' ? ({ blame: 'rig' } as const) : {};
  return finding(verdict, reason, [seq], { measured, limit, margin, ...blame });
}
