import { NS_PER_MS } from '../../devices/domain/time.ts';
import type { Clock } from '../../rigs/port/clock.ts';

/** Bench time in ns since the run started, and the wall time as ISO 8601 text. */
export interface JournalTime {
  readonly atNs: number;
  readonly wall: string;
}

/** The present instant as a line of the journal has it. */
export function journalTime(clock: Clock): JournalTime {
  const atNs = clock.nowNs();
  const utcMs = clock.startUtcMs + Math.floor(atNs / NS_PER_MS);
  return { atNs, wall: new Date(utcMs).toISOString() };
}
