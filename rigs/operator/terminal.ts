import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { OperatorAnswer, Prompt } from '../port/operator.ts';
import type { Respondent } from './respondent.ts';
import { usableAnswer, wantedText } from './usable-answer.ts';

export interface TerminalOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Of the person, who has no other: wall time. */
  readonly clock: Clock;
  /** Who sits there. */
  readonly by: string;
  /** Keeps others from writing on the terminal until the returned call. */
  readonly quiet?: () => () => void;
}

/**
 * The person at a terminal: one prompt at a time, asked again after an answer that cannot be used.
 * The terminal keeps its own line editing, so that Ctrl-C stays a signal to the run.
 */
export class Terminal implements Respondent {
  readonly has = 'the terminal is there';
  readonly #options: TerminalOptions;
  #lines: Interface | null = null;
  #ended = false;
  /** Takes the next line; null while nobody is asked: what is typed then answers nothing. */
  #onLine: ((line: string | null) => void) | null = null;
  #before: Promise<unknown> = Promise.resolve();

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  answer(prompt: Prompt, limitNs: number, signal?: AbortSignal): Promise<OperatorAnswer> {
    const asked = this.#before.then(() => this.#ask(prompt, limitNs, signal));
    this.#before = asked.catch(() => undefined);
    return asked;
  }

  /** Lets go of the input. */
  close(): void {
    this.#lines?.close();
  }

  async #ask(prompt: Prompt, limitNs: number, signal?: AbortSignal): Promise<OperatorAnswer> {
    const { clock, by, output, quiet } = this.#options;
    signal?.throwIfAborted();
    this.#listen();
    const untilNs = clock.nowNs() + limitNs;
    const speak = quiet?.();
    try {
      output.write(`\n${prompt.text}\n`);
      for (;;) {
        output.write(`[${prompt.id}] ${questionOf(prompt.wants)}: `);
        const line = await this.#line(prompt, untilNs, limitNs, signal);
        const value = usableAnswer(prompt.wants, line);
        if (value !== null) return { value, by };
        output.write(`That cannot be used; ${wantedText(prompt.wants)} is wanted.\n`);
      }
    } catch (error) {
      output.write('\n');
      throw error;
    } finally {
      speak?.();
    }
  }

  async #line(
    { id, text }: Prompt,
    untilNs: number,
    limitNs: number,
    signal?: AbortSignal,
  ): Promise<string> {
    const { clock } = this.#options;
    const came = new AbortController();
    let line: string | null = null;
    this.#onLine = (given) => {
      this.#onLine = null;
      line = given;
      came.abort();
    };
    if (this.#ended) came.abort();
    const either = AbortSignal.any([came.signal, ...(signal === undefined ? [] : [signal])]);
    try {
      await clock.sleepUntil(untilNs, either).catch(() => undefined);
    } finally {
      this.#onLine = null;
    }
    if (line !== null) return line;
    signal?.throwIfAborted();
    const instead = this.#ended ? 'its input ended' : 'nothing was typed';
    throw new BenchError(
      'rig',
      `terminal: awaited an answer to the prompt "${id}" (${text}) for ` +
        `${formatDurationNs(limitNs)}, ${instead}`,
    );
  }

  /** Reads from the first prompt on: a run in the background that asks nothing needs no terminal. */
  #listen(): void {
    if (this.#lines !== null) return;
    const { input } = this.#options;
    this.#lines = createInterface({ input, terminal: false });
    this.#lines.on('line', (line) => this.#onLine?.(line));
    this.#lines.on('close', () => {
      this.#ended = true;
      this.#onLine?.(null);
    });
    // A terminal that nobody types at must not keep the process from ending.
    if ('unref' in input && typeof input.unref === 'function') input.unref();
  }
}

function questionOf(wants: Prompt['wants']): string {
  return wants.kind === 'done' ? 'Enter when it is done' : wantedText(wants);
}
