import type { Message, MessageKind } from '../../devices/domain/message.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';

/** Messages seen at the tap on the module's link, for those who wait for one. */
export class MessageFeed {
  readonly #clock: Clock;
  readonly #waiting = new Set<(message: Message) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  push(message: Message): void {
    for (const waiter of Array.from(this.#waiting)) waiter(message);
  }

  /** The next message of a kind. @throws BenchError (dut) naming what was awaited, how long, what came. */
  async next(kind: MessageKind, withinNs: number, signal: AbortSignal): Promise<Message> {
    const found = new AbortController();
    let message: Message | null = null;
    const others = new Map<MessageKind, number>();
    const waiter = (candidate: Message): void => {
      if (candidate.kind === kind) {
        message ??= candidate;
        found.abort();
      } else others.set(candidate.kind, (others.get(candidate.kind) ?? 0) + 1);
    };
    this.#waiting.add(waiter);
    try {
      const either = AbortSignal.any([found.signal, signal]);
      await this.#clock.sleepUntil(this.#clock.nowNs() + withinNs, either).catch(() => undefined);
    } finally {
      this.#waiting.delete(waiter);
    }
    signal.throwIfAborted();
    if (message !== null) return message;
    const came = [...others].map(([name, count]) => `${count} ${name}`).join(', ');
    throw new BenchError(
      'dut',
      `module link: awaited ${kind} for ${formatDurationNs(withinNs)}, got ${came === '' ? 'nothing' : came}`,
    );
  }
}
