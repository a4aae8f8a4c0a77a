import { CodecError } from '../protocol/bytes/codec-error.ts';
import type { Transaction, TransactionAnswer } from '../protocol/centron-gprs/messages.ts';
import { DueQueue } from './due-queue.ts';
import type { ListedMeter, MasterList } from './master-list.ts';
import type { HeadEndRules } from './rules/index.ts';
import type { HeadEndParameters } from './parameters.ts';
import type { HeardAnswer, Southbound } from './southbound.ts';

export interface Ask {
  readonly serial: string;
  readonly transaction: Transaction;
  /** Even when its attempts are used up, a late answer is still waited for until then. */
  readonly patientUntilMs?: number;
  /** Each attempt as it goes out. */
  readonly sent?: (nowMs: number) => void;
  /** Once: the answer, or null when none came. */
  readonly done: (nowMs: number, answer: TransactionAnswer | null) => void;
}

interface TransactionsOptions {
  readonly southbound: Southbound;
  readonly list: MasterList;
  readonly pinOf: (index: number) => Uint8Array;
  readonly parameters: HeadEndParameters;
  readonly rules: Pick<HeadEndRules, 'answerAwaitedMs'>;
}

/** A transaction under way: waiting for its turn, for its answer, or for its next attempt. */
interface Running {
  readonly ask: Ask;
  readonly meter: ListedMeter;
  readonly pin: Uint8Array;
  attempts: number;
  /** Of the first attempt; the others go under the same one, so that any answer will do. */
  invocation: number | null;
  state: 'queued' | 'awaits answer' | 'pauses' | 'ended';
  /** What stands in the queue of due things for another instant is out of date. */
  dueAtMs: number;
}

/**
 * Transactions with meters: time-outs, retries, and no more at once than sockets can take. A meter
 * answers in whatever order it likes; answers are matched by invocation id.
 */
export class Transactions {
  readonly #options: TransactionsOptions;
  /** By "<serial>/<invocation id>". */
  readonly #awaited = new Map<string, Running>();
  /** Sent a short while ago and not answered, the oldest first, with when they left. */
  readonly #burst = new Map<Running, number>();
  readonly #due = new DueQueue<Running>();
  #queue: Running[] = [];
  #isSending = false;

  constructor(options: TransactionsOptions) {
    this.#options = options;
  }

  /** Asks a meter. @throws CodecError when a value does not fit the transaction */
  ask(nowMs: number, ask: Ask): void {
    const { list, pinOf, southbound } = this.#options;
    southbound.check(ask.transaction);
    const meter = list.meter(ask.serial);
    const { index, pinIsRight } = meter.entry;
    // Every transaction carries the PIN of the device properties. PRV-05
    const pin = pinIsRight ? pinOf(index) : pinOf(index).map((byte) => byte ^ 0xff);
    const none = { attempts: 0, invocation: null, dueAtMs: Infinity };
    this.#queue.push({ ask, meter, pin, state: 'queued', ...none });
    this.#sendQueued(nowMs);
  }

  /** An answer of a meter; one that nobody waits for is left alone. */
  answered(nowMs: number, heard: HeardAnswer): void {
    const key = keyOf(heard.meter, heard.answers);
    const running = this.#awaited.get(key);
    if (running === undefined) return;
    let answer: TransactionAnswer;
    try {
      answer = heard.read(running.ask.transaction.kind);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#options.southbound.countMalformed();
      return;
    }
    this.#end(nowMs, running, answer);
    this.#sendQueued(nowMs);
  }

  wake(nowMs: number): void {
    for (let due = this.#due.take(nowMs); due !== undefined; due = this.#due.take(nowMs)) {
      if (due.dueAtMs <= nowMs) this.#timeOut(nowMs, due);
    }
    this.#sendQueued(nowMs);
  }

  wakeAtMs(): number {
    const oldest = this.#queue.length > 0 ? this.#burst.values().next() : undefined;
    const room = oldest?.value === undefined ? Infinity : oldest.value + this.#parameters.burstMs;
    return Math.min(this.#due.nextAtMs, room);
  }

  get #parameters(): HeadEndParameters {
    return this.#options.parameters;
  }

  #timeOut(nowMs: number, running: Running): void {
    const { retries, retryPauseMs } = this.#parameters;
    const { patientUntilMs = 0 } = running.ask;
    switch (running.state) {
      case 'awaits answer':
        if (running.attempts <= retries) {
          running.state = 'pauses';
          this.#arm(running, nowMs + retryPauseMs * 2 ** (running.attempts - 1));
        } else if (nowMs < patientUntilMs) this.#arm(running, patientUntilMs);
        else this.#end(nowMs, running, null);
        return;
      case 'pauses':
        running.state = 'queued';
        running.dueAtMs = Infinity;
        this.#queue.push(running);
        return;
      case 'queued':
      case 'ended':
    }
  }

  /** Sends what waits for its turn, as much as there is room for. */
  #sendQueued(nowMs: number): void {
    // What is sent may be asked for by whom it ends: one loop is enough.
    if (this.#isSending) return;
    this.#isSending = true;
    let next = 0;
    try {
      while (next < this.#queue.length && this.#hasRoom(nowMs)) {
        const running = this.#queue[next++];
        if (running?.state === 'queued') this.#send(nowMs, running);
      }
    } finally {
      if (next > 0) this.#queue = this.#queue.slice(next);
      this.#isSending = false;
    }
  }

  #hasRoom(nowMs: number): boolean {
    const { burst, burstMs } = this.#parameters;
    for (const [running, sentAtMs] of this.#burst) {
      if (nowMs - sentAtMs < burstMs) break;
      this.#burst.delete(running);
    }
    return this.#burst.size < burst;
  }

  #send(nowMs: number, running: Running): void {
    const { ask, meter, pin, invocation } = running;
    const { southbound } = this.#options;
    running.invocation = southbound.request(meter, ask.transaction, pin, invocation);
    running.attempts++;
    running.state = 'awaits answer';
    this.#awaited.set(keyOf(meter, running.invocation), running);
    this.#burst.delete(running);
    this.#burst.set(running, nowMs);
    const { versionTimeoutMs, transactionTimeoutMs } = this.#parameters;
    const isVersion = ask.transaction.kind === 'get-version';
    const timeoutMs = isVersion ? versionTimeoutMs : transactionTimeoutMs;
    this.#arm(running, nowMs + this.#options.rules.answerAwaitedMs(timeoutMs));
    ask.sent?.(nowMs);
  }

  #arm(running: Running, atMs: number): void {
    running.dueAtMs = atMs;
    this.#due.add(atMs, running);
  }

  #end(nowMs: number, running: Running, answer: TransactionAnswer | null): void {
    running.state = 'ended';
    running.dueAtMs = Infinity;
    this.#burst.delete(running);
    if (running.invocation !== null) {
      this.#awaited.delete(keyOf(running.meter, running.invocation));
    }
    running.ask.done(nowMs, answer);
  }
}

function keyOf({ entry }: ListedMeter, invocation: number): string {
  return `${entry.serial}/${invocation}`;
}
