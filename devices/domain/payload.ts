import type { MessageKind } from './message.ts';

/** What the messages of one kind weighed, by their services before they were enciphered. RD-08 */
export interface PayloadCount {
  readonly kind: MessageKind;
  readonly messages: number;
  /** As they were said. */
  readonly rawBytes: number;
  /** As they were sent. */
  readonly sentBytes: number;
}

/** Sums of payloads by kind of message. */
export class PayloadTally {
  readonly #counts = new Map<MessageKind, PayloadCount>();

  add(kind: MessageKind, rawBytes: number, sentBytes: number, messages = 1): void {
    const before = this.#counts.get(kind);
    this.#counts.set(kind, {
      kind,
      messages: (before?.messages ?? 0) + messages,
      rawBytes: (before?.rawBytes ?? 0) + rawBytes,
      sentBytes: (before?.sentBytes ?? 0) + sentBytes,
    });
  }

  /** In the order in which kinds were first added. */
  counts(): readonly PayloadCount[] {
    return [...this.#counts.values()];
  }
}

/** The sums of several parts as one. */
export function joinedPayloads(
  parts: readonly (readonly PayloadCount[])[],
): readonly PayloadCount[] {
  const tally = new PayloadTally();
  for (const { kind, rawBytes, sentBytes, messages } of parts.flat()) {
    tally.add(kind, rawBytes, sentBytes, messages);
  }
  return tally.counts();
}
