import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import type { Console } from '../port/probe.ts';
import { answerOf, masked, plainText, shownEnd } from './transcript.ts';

/** One step of a login: what the device writes, and what it is sent then. */
export interface LoginStep {
  readonly awaits: RegExp;
  readonly send: string;
}

export interface LineConsoleOptions {
  readonly channel: ByteChannel;
  readonly clock: Clock;
  /** Matches at the end of what came when the device waits for a command. */
  readonly prompt: RegExp;
  readonly newline: string;
  readonly login: readonly LoginStep[];
  /** Never shown, wherever they come. */
  readonly secrets: readonly string[];
}

/** After a command that did not end, so long a silence means that nothing of it is still to come. */
const QUIET_NS = 500 * NS_PER_MS;

/** One wait of a console: until when, and what it is for. */
interface Waiting {
  readonly untilNs: number;
  readonly limitNs: number;
  readonly signal: AbortSignal | undefined;
  /** For messages: "the prompt after "uptime"". */
  readonly what: string;
}

/**
 * A prompt at the end of a line. Each command begins with an empty line, so that a device that was
 * started anew meanwhile shows its login again, and is logged on to again.
 */
export class LineConsole implements Console {
  readonly #options: LineConsoleOptions;
  readonly #decoder = new TextDecoder();
  #received = '';
  #gone: string | null = null;
  /** A command did not end: its answer may still come. */
  #behind = false;
  #arrived: () => void = () => {};

  constructor(options: LineConsoleOptions) {
    this.#options = options;
    options.channel.listen((bytes) => {
      this.#received += this.#decoder.decode(bytes, { stream: true });
      this.#arrived();
    });
    options.channel.onLost((reason) => {
      this.#gone = reason;
      this.#arrived();
    });
  }

  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return this.#options.channel.close();
  }

  async send(command: string, limitNs: number, signal?: AbortSignal): Promise<string> {
    const { clock, prompt, secrets } = this.#options;
    const wait = { untilNs: clock.nowNs() + limitNs, limitNs, signal };
    if (this.#behind) await this.#quiet(wait.untilNs, signal);
    this.#behind = true;
    await this.#toPrompt({ ...wait, what: `the prompt ${String(prompt)}` });
    const what = `the prompt ${String(prompt)} after "${masked(command, secrets)}"`;
    const { before } = await this.#exchange(command, [prompt], { ...wait, what });
    this.#behind = false;
    return masked(answerOf(before, command), secrets);
  }

  /** From wherever the device stands to its prompt. @throws BenchError (rig) when the login is refused */
  async #toPrompt(wait: Waiting): Promise<void> {
    const { channel, prompt, login, secrets } = this.#options;
    const [first, ...further] = login;
    const begin = first === undefined ? [prompt] : [prompt, first.awaits];
    let seen = await this.#exchange('', begin, wait);
    if (first === undefined || seen.pattern === prompt) return;
    let sent = first.send;
    for (const { awaits, send } of further) {
      seen = await this.#exchange(sent, [awaits], { ...wait, what: `${String(awaits)} at login` });
      sent = send;
    }
    seen = await this.#exchange(sent, begin, wait);
    if (seen.pattern === prompt) return;
    throw new BenchError(
      'rig',
      `${channel.name}: awaited the prompt ${String(prompt)} after the login, it was refused: ` +
        shownEnd(seen.before, secrets),
    );
  }

  /** Writes a line and waits until one of the patterns stands at the end of what came. */
  async #exchange(
    line: string,
    patterns: readonly RegExp[],
    wait: Waiting,
  ): Promise<{ readonly pattern: RegExp; readonly before: string }> {
    const { channel, clock, newline, secrets } = this.#options;
    wait.signal?.throwIfAborted();
    this.#received = '';
    await channel.write(Buffer.from(`${line}${newline}`, 'utf8'));
    for (;;) {
      const text = plainText(this.#received);
      for (const pattern of patterns) {
        const at = text.search(pattern);
        if (at >= 0) return { pattern, before: text.slice(0, at) };
      }
      if (this.#gone !== null || clock.nowNs() >= wait.untilNs) {
        const got = shownEnd(text, secrets);
        const limit = formatDurationNs(wait.limitNs);
        if (this.#gone === null) {
          const told = `${channel.name}: awaited ${wait.what} for ${limit}, got ${got}`;
          throw new BenchError('dut', told);
        }
        throw new BenchError('rig', `${this.#gone}; awaited ${wait.what}, got ${got}`);
      }
      await this.#more(wait.untilNs, wait.signal);
    }
  }

  /** Until something comes, or the time is over. @throws the signal's reason */
  async #more(untilNs: number, signal: AbortSignal | undefined): Promise<boolean> {
    const came = new AbortController();
    this.#arrived = () => came.abort();
    const either = AbortSignal.any([came.signal, ...(signal === undefined ? [] : [signal])]);
    await this.#options.clock.sleepUntil(untilNs, either).catch(() => undefined);
    this.#arrived = () => {};
    signal?.throwIfAborted();
    return came.signal.aborted;
  }

  async #quiet(untilNs: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock } = this.#options;
    let more = true;
    while (more && clock.nowNs() < untilNs && this.#gone === null) {
      more = await this.#more(Math.min(untilNs, clock.nowNs() + QUIET_NS), signal);
    }
  }
}
