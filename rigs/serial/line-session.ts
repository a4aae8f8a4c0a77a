import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import { OneAtATime } from '../wrap/one-at-a-time.ts';

/** How long a session waits for an answer. */
const ANSWER_WITHIN_NS = 2 * NS_PER_S;
/** A line that was late is quiet again when nothing came for so long; asked at most so often. */
const QUIET_NS = 300 * NS_PER_MS;
const QUIET_ATTEMPTS = 3;
/** What an exchange may take until its command is sent, and until its answer is given up. */
export const EXCHANGE_WITHIN_NS = QUIET_ATTEMPTS * QUIET_NS + ANSWER_WITHIN_NS;
const PRINTABLE = /^[\u0020-\u007e]*$/;

/**
 * Questions and answers as lines of ASCII that end with LF, one exchange at a time: whoever comes
 * while another is under way (a watchdog is fed, say) waits for its turn.
 */
export class LineSession {
  readonly #channel: ByteChannel;
  readonly #clock: Clock;
  #received = '';
  #arrived: (() => void) | null = null;
  #gone: string | null = null;
  #late = false;
  readonly #turns = new OneAtATime();

  constructor(channel: ByteChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    channel.listen((bytes) => {
      this.#received += Buffer.from(bytes).toString('latin1');
      if (this.#received.includes('\n')) this.#arrived?.();
    });
    channel.onLost((reason) => {
      this.#gone = reason;
      this.#arrived?.();
    });
  }

  /** The instrument's name and port, for messages. */
  get name(): string {
    return this.#channel.name;
  }

  /**
   * Sends the commands with nothing of others in between and waits for one line. An instrument that
   * is deaf for a while after a command gets `settleNs` before the next.
   * @throws BenchError (rig) naming the commands, the limit and what came.
   */
  exchange(commands: readonly string[], settleNs = 0): Promise<string> {
    return this.#turns.run(() => this.#exchange(commands, settleNs));
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  async #exchange(commands: readonly string[], settleNs: number): Promise<string> {
    if (this.#late) await this.#quiet();
    this.#received = '';
    for (const [index, command] of commands.entries()) {
      if (index > 0 && settleNs > 0) await this.#clock.sleepUntil(this.#clock.nowNs() + settleNs);
      await this.#channel.write(Buffer.from(`${command}\n`, 'latin1'));
    }
    const asked = commands.map((command) => `"${command}"`).join(', ');
    await this.#line(asked);
    const end = this.#received.indexOf('\n');
    const answer = this.#received.slice(0, end).trim();
    if (PRINTABLE.test(answer)) return answer;
    const text = `${this.name}: awaited a line of text to ${asked}, got ${JSON.stringify(answer)}`;
    throw new BenchError('rig', text);
  }

  async #line(asked: string): Promise<void> {
    if (this.#received.includes('\n')) return;
    const wait = new AbortController();
    this.#arrived = () => wait.abort();
    const untilNs = this.#clock.nowNs() + ANSWER_WITHIN_NS;
    try {
      await this.#clock.sleepUntil(untilNs, wait.signal);
    } catch (error) {
      if (!wait.signal.aborted) throw error;
    } finally {
      this.#arrived = null;
    }
    if (this.#received.includes('\n')) return;
    if (this.#gone !== null) throw new BenchError('rig', this.#gone);
    this.#late = true;
    const limit = formatDurationNs(ANSWER_WITHIN_NS);
    const got = this.#received === '' ? 'nothing' : JSON.stringify(this.#received);
    const text = `${this.name}: awaited the answer to ${asked} for ${limit}, got ${got}`;
    throw new BenchError('rig', text);
  }

  /** What is still on its way would be taken for the answer to the next question. */
  async #quiet(): Promise<void> {
    this.#late = false;
    for (let attempt = 0; attempt < QUIET_ATTEMPTS; attempt++) {
      this.#received = '';
      await this.#clock.sleepUntil(this.#clock.nowNs() + QUIET_NS);
      if (this.#received === '') return;
    }
  }
}
