import type { Alarm } from '../../devices/domain/northbound.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';

/** Who hears what meters of a fleet say, at the meters. */
export const AT_THE_METERS = 'module-link';

/** Stands for an outage number where a message or an alarm belongs to no outage. */
export const NO_OUTAGE = -1;

/** The outage that an alarm is about. */
export function outageNumberOf({ outageId }: Alarm): number {
  const number = /\/(\d+)$/.exec(outageId ?? '')?.[1];
  return number === undefined ? NO_OUTAGE : Number(number);
}

/** A duration that was seen, for people: seconds to the millisecond. */
export function seenText(ns: number): string {
  return formatDurationNs(
    Math.abs(ns) >= NS_PER_S ? Math.round(ns / NS_PER_MS) * NS_PER_MS : Math.round(ns),
  );
}
