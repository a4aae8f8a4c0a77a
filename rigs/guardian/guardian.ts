import { messageOf } from '../../devices/domain/error-text.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { BenchError, type Blame } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { GuardianEntryBody, SafeCause } from '../port/guardian-entry.ts';
import type { IsolationSwitch, Source } from '../port/instrument.ts';
import type { RunnerLine } from './guardian-log.ts';
import { makeSafe, type MadeSafe, type SafeParts } from './make-safe.ts';
import { type Happening, type Phase, TRANSITIONS } from './phase.ts';
import {
  energises,
  type FromGuardian,
  type GuardedCall,
  isSafeCall,
  type ToGuardian,
} from './protocol.ts';
import type { RigLock } from './rig-lock.ts';

/** How often a guardian looks whether its runner still beats. */
export const LOOK_EVERY_NS = 50 * NS_PER_MS;
const HEARTBEAT_EVERY_NS = 1e9;

type CallOutcome =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly blame: Blame; readonly why: string };

export interface GuardianOptions {
  readonly clock: Clock;
  readonly lock: RigLock;
  readonly parts: SafeParts;
  readonly run: string;
  readonly silenceNs: number;
  readonly log: (body: GuardianEntryBody) => void;
  readonly runnerLine: () => RunnerLine | null;
  readonly send: (message: FromGuardian) => void;
  /** Ends a runner that is silent, so that its ports are free and it wakes up to nothing. */
  readonly endRunner: () => void;
  /** The guardian has nothing more to do: ports are to be given back, and the lock. */
  readonly closed: () => void;
}

/**
 * Guards one run: does what the runner asks of the switch and the source, and takes the bench back when
 * the runner is gone, silent, or asked to let go.
 */
export class Guardian {
  readonly #options: GuardianOptions;
  #phase: Phase = 'guarding';
  #lastBeatNs: number;
  #lastLookNs: number;
  #lastHeartbeatNs: number;
  #isFeeding = false;
  #runnerIsGone = false;
  /** What came while the bench was taken back. */
  readonly #waiting: Happening[] = [];
  #closing = 'the runner said nothing of it';

  constructor(options: GuardianOptions) {
    this.#options = options;
    this.#lastBeatNs = options.clock.nowNs();
    this.#lastLookNs = this.#lastBeatNs;
    this.#lastHeartbeatNs = this.#lastBeatNs;
  }

  get phase(): Phase {
    return this.#phase;
  }

  receive(message: Exclude<ToGuardian, { readonly kind: 'guard' }>): void {
    // Whatever it says, it lives.
    this.#lastBeatNs = this.#options.clock.nowNs();
    switch (message.kind) {
      case 'beat':
        return;
      case 'call':
        void this.#call(message.id, message.fence, message.call);
        return;
      case 'make-safe':
        this.#happen('by hand');
        return;
      case 'close':
        this.#remember(message.rigSafe, message.detail);
        this.#closing = message.rigSafe;
        this.#happen('close');
    }
  }

  /** The channel to the runner is at its end: the runner is dead, or has let go. */
  runnerGone(): void {
    this.#runnerIsGone = true;
    this.#happen('gone');
  }

  /** To be called every {@link LOOK_EVERY_NS}. */
  look(): void {
    const { clock, lock, silenceNs } = this.#options;
    const nowNs = clock.nowNs();
    // A guardian that was late itself cannot blame the runner: the whole machine stood still.
    const wasLate = nowNs - this.#lastLookNs > 4 * LOOK_EVERY_NS;
    this.#lastLookNs = nowNs;
    if (wasLate) this.#lastBeatNs = nowNs;
    if (nowNs - this.#lastBeatNs > silenceNs) this.#happen('silent');
    if (this.#phase === 'closed') return;
    if (lock.isReleaseAsked() !== null) this.#happen('release');
    if (nowNs - this.#lastHeartbeatNs < HEARTBEAT_EVERY_NS) return;
    this.#lastHeartbeatNs = nowNs;
    lock.heartbeat();
    this.#feedWatchdog();
  }

  /** The source's own watchdog goes off when nobody feeds it: so it also watches the guardian. */
  #feedWatchdog(): void {
    const { source } = this.#options.parts;
    if (this.#phase !== 'guarding' || this.#isFeeding || source?.keepAlive === undefined) return;
    this.#isFeeding = true;
    source
      .keepAlive()
      .catch(() => undefined)
      .finally(() => {
        this.#isFeeding = false;
      });
  }

  #happen(happening: Happening): void {
    const { next, act } = TRANSITIONS[this.#phase][happening];
    if (this.#phase === 'taking back' && next === 'taking back') {
      this.#waiting.push(happening);
      return;
    }
    this.#phase = next;
    if (act === 'take back') void this.#takeBack(happening);
    if (act === 'close') this.#close();
  }

  async #takeBack(happening: Happening): Promise<void> {
    const { clock, log, send, runnerLine, endRunner } = this.#options;
    // A runner that lives has the standard's port, and looks for itself on its way out.
    const looksItself = happening === 'release' && !this.#runnerIsGone;
    const parts = looksItself ? { ...this.#options.parts, ...NO_STANDARD } : this.#options.parts;
    const cause = CAUSES[happening];
    const runner = runnerLine();
    const made = await makeSafe(parts, clock, () => {
      if (happening === 'silent') endRunner();
    });
    this.#rememberMade(made);
    log({ kind: 'made-safe', cause, runner, ...made });
    send({ kind: 'taken', cause, outcome: made.outcome, detail: made.steps.at(-1)?.detail ?? '' });
    this.#happen('made safe');
    for (const waiting of this.#waiting.splice(0)) this.#happen(waiting);
    // A runner that is gone will not ask for the end.
    if (this.#runnerIsGone) this.#happen('gone');
  }

  #close(): void {
    const { log, closed } = this.#options;
    log({ kind: 'guardian-closed', rigSafe: this.#closing });
    closed();
  }

  async #call(id: number, fence: number, call: GuardedCall): Promise<void> {
    const { lock, log, parts } = this.#options;
    const send = (outcome: CallOutcome): void => {
      const opensWithinNs = parts.isolation?.opensWithinNs ?? 0;
      this.#options.send({ ...outcome, id, opensWithinNs });
    };
    const refusal = this.#refusal(fence, call);
    if (refusal !== null) {
      log({ kind: 'refused', fence, what: `${call.of} ${call.method}`, why: refusal });
      send({ kind: 'failed', blame: 'rig', why: `guardian: ${refusal}` });
      return;
    }
    try {
      if (energises(call) && lock.record.mayBeLive === null) {
        lock.remember({ mayBeLive: liveSince(this.#options.run, call), lastSafe: null });
      }
      send({ kind: 'answer', value: await answerTo(parts, call) });
    } catch (error) {
      const blame = error instanceof BenchError ? error.blame : 'harness';
      send({ kind: 'failed', blame, why: messageOf(error) });
    }
  }

  #refusal(fence: number, call: GuardedCall): string | null {
    const { lock } = this.#options;
    if (fence !== lock.fence) {
      return `fence ${fence} is not the present one, ${lock.fence}: this run does not hold the rig`;
    }
    if (this.#phase === 'guarding' || isSafeCall(call)) return null;
    return `the bench was taken back; ${call.of} ${call.method} would energise it again`;
  }

  /** What the run's own undos came to. */
  #remember(rigSafe: string, detail: string): void {
    const { lock, run } = this.#options;
    const at = new Date().toISOString();
    if (rigSafe === 'verified') lock.remember({ mayBeLive: null, lastSafe: { at, run, detail } });
    if (rigSafe === 'UNSAFE') lock.remember({ quarantine: { since: at, run, why: detail } });
  }

  #rememberMade({ outcome, steps }: MadeSafe): void {
    const failed = steps.filter((step) => step.outcome === 'failed');
    const told = (failed.length > 0 ? failed : steps.slice(-1)).map(
      ({ name, detail }) => `${name}: ${detail}`,
    );
    this.#remember(outcome === 'failed' ? 'UNSAFE' : outcome, told.join('; '));
  }
}

const NO_STANDARD: Pick<SafeParts, 'openStandard'> = { openStandard: () => Promise.resolve(null) };

const CAUSES: Readonly<Record<Happening, SafeCause>> = {
  gone: 'the runner is gone',
  silent: 'the runner is silent',
  release: 'a release was asked for',
  'by hand': 'asked for by hand',
  'made safe': 'asked for by hand',
  close: 'asked for by hand',
};

function liveSince(run: string, { of, method }: GuardedCall) {
  return { since: new Date().toISOString(), run, what: `${of} ${method}` };
}

async function answerTo({ isolation, source }: SafeParts, call: GuardedCall): Promise<unknown> {
  return call.of === 'isolation'
    ? answerOfSwitch(held(isolation, 'isolation switch'), call)
    : answerOfSource(held(source, 'source'), call);
}

function answerOfSwitch(
  isolation: IsolationSwitch,
  call: Extract<GuardedCall, { readonly of: 'isolation' }>,
): Promise<unknown> {
  switch (call.method) {
    case 'open':
      return isolation.open();
    case 'close':
      return isolation.close();
    case 'readBack':
      return isolation.readBack();
    case 'identify':
      return isolation.identify();
    case 'openFor':
      return isolation.openFor?.(call.forNs) ?? Promise.resolve(null);
  }
}

async function answerOfSource(
  source: Source,
  call: Extract<GuardedCall, { readonly of: 'source' }>,
): Promise<unknown> {
  switch (call.method) {
    case 'setVoltage':
      return source.setVoltage(call.milliVolts);
    case 'setCurrent':
      return source.setCurrent(call.milliAmps, call.powerFactorPpm);
    case 'setOutput':
      return source.setOutput(call.on);
    case 'outputIsOn':
      return source.outputIsOn();
    case 'identify':
      return source.identify();
  }
}

function held<T>(instrument: T | null, name: string): T {
  if (instrument === null) throw new BenchError('harness', `the guardian holds no ${name}`);
  return instrument;
}
