import type { Latency, TallyResult, Violator } from '../journal/tally-result.ts';
import { roundedDuration } from './rounded-text.ts';

/** Meters of one fault that a reason names; the tally has more. */
const NAMED = 5;

/** How many meters fulfil and what is wrong with the others, e.g. "998 of 1,000 meters; late 2: ...". */
export function tallyText(what: string, result: TallyResult): string {
  const { fulfilled, meters, violators, latency } = result;
  const faults = Object.entries(result.faults).map(([fault, count]) =>
    faultText(
      fault,
      count,
      violators.filter((one) => one.fault === fault),
    ),
  );
  const [first] = violators;
  const told = first === undefined ? [] : [`first ${first.meter}: ${first.why}`];
  const times = latency === null ? [] : [latencyText(latency)];
  const share = `${what}: ${countText(fulfilled)} of ${countText(meters)} meters`;
  return [share, ...faults, ...told, ...times].join('; ');
}

/** A whole number with its thousands apart. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

function faultText(fault: string, count: number, violators: readonly Violator[]): string {
  const named = violators.slice(0, NAMED).map(({ meter }) => meter);
  const more = count > named.length ? ', ...' : '';
  const list = named.length === 0 ? '' : `: ${named.join(', ')}${more}`;
  return `${fault} ${countText(count)}${list}`;
}

function latencyText({ p50Ns, p95Ns, p99Ns, maximumNs }: Latency): string {
  const parts = [
    ['p50', p50Ns],
    ['p95', p95Ns],
    ['p99', p99Ns],
    ['max', maximumNs],
  ] as const;
  return parts.map(([name, ns]) => `${name} ${roundedDuration(ns)}`).join(', ');
}
