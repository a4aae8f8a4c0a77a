import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import type { DriverContext } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import type { Identity } from '../port/instrument.ts';

const LINE_FEED = 0x0a;
export const SCPI_BAUD_RATE = 9600;
const ANSWER_WITHIN_NS = 2 * NS_PER_S;

/** How an instrument is asked for its errors; 0 at the head of the answer means none. */
export type ErrorQuery = 'SYST:ERR?' | 'SYSTEM:ERROR:ALL?';

/** Opens a driver's port for SCPI. @throws BenchError (rig) */
export async function openScpi(
  context: DriverContext,
  errorQuery: ErrorQuery = 'SYST:ERR?',
  baudRate = SCPI_BAUD_RATE,
): Promise<ScpiSession> {
  const channel = await context.openLine({ baudRate });
  return new ScpiSession(channel, context.clock, ANSWER_WITHIN_NS, errorQuery);
}

/** The four fields of an answer to *IDN? (IEEE 488.2, 10.14). */
export function identityOf(answer: string): Identity {
  const [make = '', model = '', serial = '', firmware = ''] = answer
    .split(',')
    .map((field) => field.trim());
  return { make, model, serial, firmware };
}

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

  close(): Promise<void> {
    return this.#channel.close();
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
