import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { Given, OpenPrompt, OperatorAnswer, Prompt } from '../port/operator.ts';
import type { Respondent } from './respondent.ts';
import { usableAnswer, wantedText } from './usable-answer.ts';

interface Waiting extends OpenPrompt {
  readonly take: (answer: OperatorAnswer) => void;
}

/** Prompts that stand open until somebody elsewhere, who sees them on a page, answers. */
export class OpenPrompts implements Respondent {
  readonly has: string;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  /**
   * @param has what they are shown on, as messages call it: "the live page"
   * @param clock of people: wall time
   */
  constructor(has: string, clock: Clock) {
    this.has = has;
    this.#clock = clock;
  }

  /** The prompts that wait for an answer, the oldest first. */
  open(): readonly OpenPrompt[] {
    return [...this.#waiting.values()].map(({ number, prompt, untilUtcMs }) => ({
      number,
      prompt,
      untilUtcMs,
    }));
  }

  /** Answers one of the open prompts. @param by who answers */
  give(number: number, value: string, by: string): Given {
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return { kind: 'unknown' };
    const { wants } = waiting.prompt;
    const usable = usableAnswer(wants, value);
    if (usable === null) return { kind: 'unusable', wanted: wantedText(wants) };
    waiting.take({ value: usable, by });
    return { kind: 'taken' };
  }

  async answer(prompt: Prompt, limitNs: number, signal?: AbortSignal): Promise<OperatorAnswer> {
    signal?.throwIfAborted();
    const came = new AbortController();
    let answer: OperatorAnswer | null = null;
    const number = ++this.#asked;
    const untilNs = this.#clock.nowNs() + limitNs;
    this.#waiting.set(number, {
      number,
      prompt,
      untilUtcMs: this.#clock.startUtcMs + untilNs / 1e6,
      take: (given) => {
        answer = given;
        this.#waiting.delete(number);
        came.abort();
      },
    });
    const either = AbortSignal.any([came.signal, ...(signal === undefined ? [] : [signal])]);
    await this.#clock.sleepUntil(untilNs, either).catch(() => undefined);
    this.#waiting.delete(number);
    if (answer !== null) return answer;
    signal?.throwIfAborted();
    throw new BenchError(
      'rig',
      `${this.has}: awaited an answer to the prompt "${prompt.id}" (${prompt.text}) for ` +
        `${formatDurationNs(limitNs)}, nobody gave one`,
    );
  }
}
