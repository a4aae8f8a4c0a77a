import { missing } from '../blocked.ts';
import { named } from '../case-record.ts';
import type { CaseRecord } from '../case-record.ts';
import { finding } from '../finding.ts';
import type { ExpectationOf, Finding } from '../finding.ts';

/** A measurement that is there, with its raw counts, each of them large enough to count. */
export function judgeRecorded(expectation: ExpectationOf<'recorded'>, record: CaseRecord): Finding {
  const { measurement, raw } = expectation;
  const reading = named(record, 'reading', measurement).at(-1);
  if (reading === undefined) return missing(record, measurement, `reading '${measurement}'`);
  const { name, value, unit, expandedUncertainty, raw: counted } = reading.observation;
  const measured = { name, value, unit, expandedUncertainty };
  const absent = Object.keys(raw).filter((count) => counted[count] === undefined);
  if (absent.length > 0) {
    const reason = `${name} was recorded without its raw counts ${absent.join(', ')}`;
    return finding('inconclusive', reason, [reading.seq], { blame: 'rig', measured });
  }
  const short = Object.entries(raw).find(([count, least]) => (counted[count] ?? 0) < least);
  const counts = Object.keys(raw).map((count) => `${count} ${counted[count]}`);
  const told = counts.length === 0 ? '' : ` with ${counts.join(', ')}`;
  if (short === undefined) {
    return finding('pass', `${name} is recorded${told}`, [reading.seq], { measured });
  }
  const reason = `${name} is recorded${told}, but ${short[0]} must be at least ${short[1]}`;
  return finding('fail', reason, [reading.seq], { measured });
}
