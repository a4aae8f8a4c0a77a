/** Which events a meter tells by itself, as an operator sets it. */
import type { EventFilter } from '../domain/northbound.ts';
import { type ConfigureAnswer, refusalOf } from './configure.ts';
import type { Shared } from './shared.ts';

/** Sends a filter to a meter. `done` comes once, perhaps before this returns. EV-03, EV-04 */
export function configureEvents(
  shared: Shared,
  nowMs: number,
  serial: string,
  filter: EventFilter,
  done: (answer: ConfigureAnswer) => void,
): void {
  const { state } = shared.list.row(serial);
  if (state === 'unknown') {
    return done({ serial, accepted: false, detail: 'not placed: the meter has not registered' });
  }
  const kind = 'configure-event-alarms';
  shared.transactions.ask(nowMs, {
    serial,
    transaction: { kind, ...filter },
    done: (_, answer) => {
      const refusal = refusalOf(kind, answer);
      done({ serial, accepted: refusal === null, detail: refusal ?? 'done' });
    },
  });
}
