import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';

const LINE_FEED = 0x0a;

/** How an instrument is asked for its errors; 0 at the head of the answer means none. */
export type ErrorQuery = 'SYST:ERR?' | 'SYSTEM:ERROR:ALL?';

/**
 * SCPI over a line: one command at a time, answers end with LF. After every command that changes
 * something the instrument's error queue is asked, as the drivers of OpenTAP do.
 */
export class ScpiSession {
  readonly #channel: ByteChannel;
  readonly #clock: Clock;
  readonly #answerWithinNs: number;
  readonly #errorQuery: ErrorQuery;
  #received = '';
  #arrived: (() => void) | null = null;

  constructor(
    channel: ByteChannel,
    clock: Clock,
    answerWithinNs: number,
    errorQuery: ErrorQuery = 'SYST:ERR?',
  ) {
    this.#errorQuery = errorQuery;
    this.#channel = channel;
    this.#clock = clock;
    this.#answerWithinNs = answerWithinNs;
    channel.listen((bytes) => {
      this.#received += Buffer.from(bytes).toString('latin1');
      if (bytes.includes(LINE_FEED)) this.#arrived?.();
    });
  }

  /** Asks and waits for one line. @throws BenchError (rig) naming command, limit and what came. */
  async query(command: string): Promise<string> {
    this.#received = '';
    await this.#write(command);
    await this.#line(command);
    const end = this.#received.indexOf('\n');
    const answer = this.#received.slice(0, end).trim();
    this.#received = this.#received.slice(end + 1);
    return answer;
  }

  /** Asks for a number. @throws BenchError (rig) when the answer is none. */
  async queryNumber(command: string): Promise<number> {
    const answer = await this.query(command);
    const value = Number(answer);
    if (answer !== '' && Number.isFinite(value)) return value;
    throw new BenchError(
      'rig',
      `${this.#channel.name}: awaited a number from "${command}", got "${answer}"`,
    );
  }

  /** Sends a command and reads the error queue. @throws BenchError (rig) with the instrument's error. */
  async command(command: string): Promise<void> {
    await this.#write(command);
    const error = await this.query(this.#errorQuery);
    if (!/^[+-]?0\b/.test(error)) {
      throw new BenchError('rig', `${this.#channel.name}: "${command}" was answered by ${error}`);
    }
  }

  #write(command: string): Promise<void> {
    return this.#channel.write(Buffer.from(`${command}\n`, 'latin1'));
  }

  async #line(command: string): Promise<void> {
    if (this.#received.includes('\n')) return;
    const wait = new AbortController();
    this.#arrived = () => wait.abort();
    try {
      await this.#clock.sleepUntil(this.#clock.nowNs() + this.#answerWithinNs, wait.signal);
    } catch (error) {
      if (wait.signal.aborted) return;
      throw error;
    } finally {
      this.#arrived = null;
    }
    throw new BenchError(
      'rig',
      `${this.#channel.name}: awaited the answer to "${command}" for ${formatDurationNs(
        this.#answerWithinNs,
      )}, got ${this.#received === '' ? 'nothing' : JSON.stringify(this.#received)}`,
    );
  }
}
