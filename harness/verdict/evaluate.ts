import { evaluateExpression, ExpressionError, measurementsIn } from '../scenario/expression.ts';
import { missing } from './blocked.ts';
import { named } from './case-record.ts';
import type { CaseRecord, Seen } from './case-record.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { roundedText } from './rounded-text.ts';

/** The value of an expression with the readings that it rests on, or why it has none. */
export type Evaluated =
  | { readonly ok: true; readonly value: boolean | number; readonly evidence: readonly number[] }
  | { readonly ok: false; readonly finding: Finding };

/**
 * Evaluates CEL over the parameters of a case and what was measured in it. A reading that counts
 * ticks stands for its whole ticks; where its uncertainty reaches over the edge between two counts
 * nobody can say on which side of a bound it is, and the question stays open.
 */
export function evaluate(record: CaseRecord, text: string): Evaluated {
  const measured: Record<string, number> = {};
  const evidence: number[] = [];
  for (const name of measurementsIn(text)) {
    const reading = named(record, 'reading', name).at(-1);
    if (reading === undefined) {
      const { reason, ...rest } = missing(record, name, `reading '${name}'`);
      // Whether the question would have been asked is not known, so nobody can fail it.
      const open = {
        ...rest,
        verdict: 'inconclusive',
        reason: `${reason} (in "${text}")`,
      } as const;
      return { ok: false, finding: open };
    }
    const value = wholeTicks(reading);
    if (value === null) return { ok: false, finding: betweenTicks(reading, text) };
    measured[name] = value;
    evidence.push(reading.seq);
  }
  try {
    return {
      ok: true,
      value: evaluateExpression(text, record.planned.parameters, measured),
      evidence,
    };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return {
      ok: false,
      finding: finding('inconclusive', error.message, evidence, { blame: 'scenario' }),
    };
  }
}

function wholeTicks({ observation }: Seen<'reading'>): number | null {
  const { ticks, value } = observation;
  if (ticks === null) return value;
  return ticks.count === null ? null : ticks.count * ticks.size;
}

function betweenTicks({ seq, observation }: Seen<'reading'>, text: string): Finding {
  const { name, value, unit, expandedUncertainty, ticks } = observation;
  const write = (amount: number): string => roundedText({ value: amount, unit });
  const reason =
    `${name} = ${write(value)} with U = ${write(expandedUncertainty)} reaches over the edge between ` +
    `two ticks of ${write(ticks?.size ?? 0)}: "${text}" cannot be decided`;
  const measured = { name, value, unit, expandedUncertainty };
  return finding('inconclusive', reason, [seq], { blame: 'rig', measured });
}
