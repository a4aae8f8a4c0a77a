import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { BenchError } from '../port/bench.ts';
import type { SafeCause, SafeOutcome } from '../port/guardian-entry.ts';
import type { FromGuardian, GuardedCall, GuardOrder, ToGuardian } from './protocol.ts';

const ENTRY = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Start-up recovery may have to wait for instruments that do not answer. */
const READY_WITHIN_MS = 60_000;
/** A call ends before this, or the guardian itself is in trouble. */
const CALL_WITHIN_MS = 15_000;
const END_WITHIN_MS = 20_000;
/** Beats for each silence that the guardian allows. */
const BEATS = 5;

export type Ready = Extract<FromGuardian, { readonly kind: 'ready' }>;

/** The bench was taken back although the runner lives. */
export interface Taken {
  readonly cause: SafeCause;
  readonly outcome: SafeOutcome;
  readonly detail: string;
}

/** The runner's side of its guardian: starts it, beats, and asks the guarded instruments through it. */
export class GuardianClient {
  readonly ready: Ready;
  readonly #child: ChildProcess;
  readonly #order: GuardOrder;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #beats: NodeJS.Timeout;
  #opensWithinNs: number;
  #calls = 0;
  #ending = false;
  #lost: string | null = null;
  #onLost: (reason: string) => void = () => {};
  #onTaken: (taken: Taken) => void = () => {};
  #taken: PromiseWithResolvers<Taken> | null = null;

  private constructor(child: ChildProcess, order: GuardOrder, ready: Ready) {
    this.#child = child;
    this.#order = order;
    this.ready = ready;
    this.#opensWithinNs = ready.holds.opensWithinNs;
    child.on('message', (message: FromGuardian) => this.#receive(message));
    child.on('exit', (code, signal) => this.#exited(signal ?? `exit code ${code}`));
    this.#beats = setInterval(
      () => this.#send({ kind: 'beat' }),
      Math.max(10, order.silenceNs / NS_PER_MS / BEATS),
    );
  }

  /**
   * Starts a guardian and waits until it holds the rig.
   * @throws BenchError (rig) when the rig is held, quarantined, or does not answer
   */
  static async start(order: GuardOrder): Promise<GuardianClient> {
    const child = fork(ENTRY, [], {
      // In a session of its own: a Ctrl-C at the terminal is for the runner alone.
      detached: true,
      execArgv: [],
      // Its words go into its journal; an inherited stream would keep the runner's pipe open.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const answer = firstAnswer(child, READY_WITHIN_MS);
    child.send({ kind: 'guard', order } satisfies ToGuardian, () => undefined);
    const message = await answer;
    if (message.kind === 'ready') return new GuardianClient(child, order, message);
    if (message.kind === 'refused') throw new BenchError('rig', message.why);
    throw new BenchError('harness', `guardian: awaited that it is ready, got ${message.kind}`);
  }

  get fence(): number {
    return this.ready.fence;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Why the guardian is not there any more; null while it is. */
  get lost(): string | null {
    return this.#lost;
  }

  /** How long opening the switch may take, ns, at most: as long as it was when the guardian last said so. */
  get opensWithinNs(): number {
    return this.#opensWithinNs;
  }

  /** Told once when the guardian ends without having been asked to. */
  onLost(listener: (reason: string) => void): void {
    this.#onLost = listener;
  }

  /** Told when the guardian has taken the bench back while this process lives. */
  onTaken(listener: (taken: Taken) => void): void {
    this.#onTaken = listener;
  }

  /** Asks a guarded instrument. @throws BenchError with the blame of whoever must act */
  async call(call: GuardedCall): Promise<unknown> {
    if (this.#lost !== null) throw new BenchError('harness', this.#lost);
    const id = ++this.#calls;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    const withinMs = CALL_WITHIN_MS + this.#opensWithinNs / NS_PER_MS;
    const late = setTimeout(() => {
      const limit = formatDurationNs(withinMs * NS_PER_MS);
      const what = `guardian: awaited ${call.of} ${call.method} for ${limit}, got nothing`;
      answer.reject(new BenchError('harness', what));
    }, withinMs);
    this.#send({ kind: 'call', id, fence: this.fence, call });
    try {
      return await answer.promise;
    } finally {
      clearTimeout(late);
      this.#waiting.delete(id);
    }
  }

  /** Lets the guardian drive the bench safe by its own means. */
  async makeSafe(): Promise<Taken> {
    if (this.#lost !== null) throw new BenchError('harness', this.#lost);
    this.#taken = Promise.withResolvers<Taken>();
    this.#send({ kind: 'make-safe' });
    return this.#taken.promise;
  }

  /** Tells what the run came to and gives the rig back. */
  async close(rigSafe: string, detail: string): Promise<void> {
    if (this.#lost !== null) return;
    this.#ending = true;
    const exited = once(this.#child, 'exit');
    this.#send({ kind: 'close', rigSafe, detail });
    const late = setTimeout(() => this.#child.kill('SIGKILL'), END_WITHIN_MS);
    await exited;
    clearTimeout(late);
  }

  #receive(message: FromGuardian): void {
    switch (message.kind) {
      case 'answer':
        this.#opensWithinNs = message.opensWithinNs;
        this.#waiting.get(message.id)?.resolve(message.value);
        return;
      case 'failed':
        this.#opensWithinNs = message.opensWithinNs;
        this.#waiting.get(message.id)?.reject(new BenchError(message.blame, message.why));
        return;
      case 'taken':
        if (this.#taken === null) this.#onTaken(message);
        this.#taken?.resolve(message);
        this.#taken = null;
        return;
      case 'ready':
      case 'refused':
    }
  }

  #exited(how: string): void {
    clearInterval(this.#beats);
    this.#lost = `guardian of rig ${this.#order.rig}: it is gone (${how})`;
    const error = new BenchError('harness', this.#lost);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#taken?.reject(error);
    if (!this.#ending) this.#onLost(this.#lost);
  }

  #send(message: ToGuardian): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}

/**
 * The first word of a guardian that was just started; one that says nothing within the limit is ended.
 * @throws BenchError (harness) when it ends, (rig) when it is silent
 */
export async function firstAnswer(child: ChildProcess, withinMs: number): Promise<FromGuardian> {
  const heard = new AbortController();
  const answer = once(child, 'message').then(([message]) => message as FromGuardian);
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new BenchError('harness', `guardian: it ended at its start (${signal ?? code})`);
  });
  const late = delay(withinMs, undefined, { signal: heard.signal }).then(() => {
    child.kill('SIGKILL');
    const limit = formatDurationNs(withinMs * NS_PER_MS);
    throw new BenchError('rig', `guardian: awaited that the rig is held for ${limit}, got nothing`);
  });
  for (const other of [answer, ended, late]) other.catch(() => undefined);
  try {
    return await Promise.race([answer, ended, late]);
  } finally {
    // Or the guardian would be ended while it guards.
    heard.abort();
  }
}
