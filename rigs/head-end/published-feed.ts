import type { NorthboundEvent } from '../../devices/domain/northbound.ts';
import type { PublishedLog } from '../../devices/head-end/store.ts';
import type { EventFeed } from './northbound-http.ts';

/** The store's published events as a feed: who is late and who is not read the same rows. */
export class PublishedFeed implements EventFeed {
  readonly #log: PublishedLog;
  readonly #waiting = new Set<() => void>();

  constructor(log: PublishedLog) {
    this.#log = log;
  }

  newest(): number {
    return this.#log.newest;
  }

  after(eventNumber: number, limit: number): readonly NorthboundEvent[] {
    const events: NorthboundEvent[] = [];
    for (const event of this.#log.since(eventNumber)) {
      events.push(event);
      if (events.length === limit) break;
    }
    return events;
  }

  /** Wakes those who wait: there are new events, and they are durable. */
  announce(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  more(withinMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timeout);
        signal.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      const timeout = setTimeout(done, withinMs);
      signal.addEventListener('abort', done);
      this.#waiting.add(done);
    });
  }
}
