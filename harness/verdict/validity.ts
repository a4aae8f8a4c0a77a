import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { seenOf } from './case-record.ts';
import type { CaseRecord, Seen } from './case-record.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { roundedDuration } from './rounded-text.ts';

/**
 * Why the numbers of a fleet's case cannot be judged: what generated the load or what observed it
 * was late by more than its bound, or nobody says whether it was. Null when they can be, and on a rig.
 */
export function invalidity(record: CaseRecord): Finding | null {
  const { fleet, time } = record.planned;
  if (fleet === null) return null;
  const health = seenOf(record, 'health');
  if (health.length === 0) {
    if (time === 'simulated') return null;
    const reason = 'nothing says how late generator and observer were: the numbers are not judged';
    return finding('invalid', reason, [], { blame: 'harness' });
  }
  const lags = health.flatMap((seen) => lagsOf(seen, fleet.lagBounds));
  const late = lags.filter(({ ns, boundNs }) => ns > boundNs);
  const [worst] = late.toSorted((a, b) => b.ns / b.boundNs - a.ns / a.boundNs);
  if (worst === undefined) return null;
  const told = late.map(
    ({ who, ns, boundNs }) =>
      `${who} was late by ${roundedDuration(ns)} at p99, and ${formatDurationNs(boundNs)} is its bound`,
  );
  const measured = { name: `${worst.who} lag p99`, value: worst.ns, unit: 'ns' } as const;
  return finding('invalid', `the numbers are not judged: ${told.join('; ')}`, [worst.seq], {
    blame: 'harness',
    measured: { ...measured, expandedUncertainty: null },
    limit: {
      minimum: null,
      maximum: worst.boundNs,
      unit: 'ns',
      origin: 'lag bound of the fleet',
      default: false,
    },
    margin: worst.boundNs - worst.ns,
  });
}

interface Lag {
  readonly who: 'generator' | 'observer';
  readonly ns: number;
  readonly boundNs: number;
  readonly seq: number;
}

function lagsOf(
  { seq, observation: { health } }: Seen<'health'>,
  bounds: { readonly generatorNs: number; readonly observerNs: number },
): readonly Lag[] {
  return [
    { who: 'generator', ns: health.generatorLagP99Ns, boundNs: bounds.generatorNs, seq },
    { who: 'observer', ns: health.observerLagP99Ns, boundNs: bounds.observerNs, seq },
  ];
}
