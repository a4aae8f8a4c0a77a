import { type HeadEndClock, headEndClockNs } from '../../devices/head-end/clock-reference.ts';
import type { Message } from '../../devices/domain/message.ts';
import type { MeterInput } from '../../devices/meter/input.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import { BenchError } from '../port/bench.ts';
import type { ConfigurationAnswer, HeadEndSide } from '../port/instrument.ts';
import type { MemoryLink } from './memory-link.ts';

const ANSWER_WITHIN_NS = 60 * NS_PER_S;

/**
 * The head-end side of the first bench, in the process: configures the module and gives it the
 * time over a memory link. It knows the meter by its messages only.
 */
export class EmbeddedHeadEnd implements HeadEndSide {
  readonly name = 'embedded';
  readonly #scheduler: Scheduler;
  readonly #link: MemoryLink;
  #clock: HeadEndClock = { skewNs: 0 };
  #awaitsAnswer: ((message: Message) => void) | null = null;

  constructor(scheduler: Scheduler, link: MemoryLink) {
    this.#scheduler = scheduler;
    this.#link = link;
    link.onUplink((message) => this.#receive(message));
  }

  configureClockSync(settings: Parameters<HeadEndSide['configureClockSync']>[0]) {
    return this.#configure({
      kind: 'configure-clock-sync',
      enabled: settings.enabled,
      lowerMs: settings.lowerNs / NS_PER_MS,
      upperMs: settings.upperNs / NS_PER_MS,
      cycleMs: settings.cycleNs / NS_PER_MS,
    });
  }

  configureOutageAlarms(settings: Parameters<HeadEndSide['configureOutageAlarms']>[0]) {
    return this.#configure({
      kind: 'configure-outage-alarms',
      declareAfterMs: settings.declareAfterNs / NS_PER_MS,
      restoreAfterMs: settings.restoreAfterNs / NS_PER_MS,
    });
  }

  setClockSkew(skewNs: number): Promise<void> {
    this.#clock = { skewNs };
    return Promise.resolve();
  }

  /** Both clocks run on the host of the simulation: the offset is known exactly. */
  clockOffset(): Promise<{ offsetNs: number; uncertaintyNs: number }> {
    return Promise.resolve({ offsetNs: this.#clock.skewNs, uncertaintyNs: 0 });
  }

  #receive(message: Message): void {
    if (message.kind === 'clock-reference-request') {
      const headEndNs = headEndClockNs(this.#clock, this.#scheduler.nowNs());
      this.#link.downlink({ kind: 'clock-reference', headEndNs });
      return;
    }
    const answers =
      message.kind === 'configuration-accepted' || message.kind === 'configuration-refused';
    if (answers) this.#awaitsAnswer?.(message);
  }

  async #configure(input: MeterInput): Promise<ConfigurationAnswer> {
    const answered = new AbortController();
    let answer: Message | null = null;
    this.#awaitsAnswer = (message) => {
      answer = message;
      answered.abort();
    };
    this.#link.downlink(input);
    const limitNs = this.#scheduler.nowNs() + ANSWER_WITHIN_NS;
    await this.#scheduler.sleepUntil(limitNs, answered.signal).catch(() => undefined);
    this.#awaitsAnswer = null;
    return answerOf(answer, input.kind);
  }
}

function answerOf(answer: Message | null, configuration: string): ConfigurationAnswer {
  if (answer === null) {
    throw new BenchError(
      'dut',
      `embedded head-end: awaited the module's answer to ${configuration} for ${formatDurationNs(
        ANSWER_WITHIN_NS,
      )}, got nothing`,
    );
  }
  return { accepted: answer.kind === 'configuration-accepted', detail: answer.kind };
}
