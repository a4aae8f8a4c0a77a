import type {
  Alarm,
  IntervalReading,
  LoggedHeadEndEvent,
} from '../../../devices/domain/northbound.ts';

/** Extended interval status of C12.19 ST64: the mains failed within the interval. */
const POWER_FAILED = 0x20;
/** How the head-end's entries about flagged intervals begin. RD-02 */
const FLAGGED_INTERVAL = 'interval ending ';

type Window = Pick<IntervalReading, 'endMinutes' | 'intervalMinutes' | 'status'>;

/** How many intervals of a reading carry a flag. RD-02 */
export function flaggedIn({ status }: Window): number {
  return status.filter((byte) => byte !== 0).length;
}

/** How many entries of the event search are about flagged intervals of the reading. RD-02 */
export function flagsLogged(reading: Window, events: readonly LoggedHeadEndEvent[]): number {
  return events.filter(({ what }) => {
    if (!what.startsWith(FLAGGED_INTERVAL)) return false;
    const at = what.slice(FLAGGED_INTERVAL.length).split(': ')[0] ?? '';
    const endMinutes = Date.parse(at) / 60_000;
    const oldest = reading.endMinutes - reading.status.length * reading.intervalMinutes;
    return endMinutes > oldest && endMinutes <= reading.endMinutes;
  }).length;
}

/**
 * Intervals of a reading in which a flag and the alarms say different things: the mains failed within
 * the interval by one of them and not by the other. EV-07
 */
export function flagDifferences(reading: Window, alarms: readonly Alarm[]): number {
  const outages = outagesOf(alarms);
  const { status, endMinutes, intervalMinutes } = reading;
  return status.filter((byte, place) => {
    const end = (endMinutes - (status.length - 1 - place) * intervalMinutes) * 60_000;
    const start = end - intervalMinutes * 60_000;
    const isDark = outages.some(({ fromMs, toMs }) => fromMs < end && toMs > start);
    return isDark !== ((byte & POWER_FAILED) !== 0);
  }).length;
}

/** Outages as last gasps and restorations tell them, by the meter's clock. */
function outagesOf(alarms: readonly Alarm[]): readonly { fromMs: number; toMs: number }[] {
  return alarms.flatMap(({ kind, outageId, occurredAtMs }) => {
    if (kind !== 'last-gasp') return [];
    const end = alarms.find((one) => one.kind === 'restoration' && one.outageId === outageId);
    return [{ fromMs: occurredAtMs, toMs: end?.occurredAtMs ?? Number.POSITIVE_INFINITY }];
  });
}
