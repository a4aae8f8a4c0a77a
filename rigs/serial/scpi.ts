import type { DriverContext } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import type { Identity } from '../port/instrument.ts';
import { LineSession } from './line-session.ts';

const SCPI_BAUD_RATE = 9600;
/** Fields of an answer to *IDN? (IEEE 488.2, 10.14): make, model, serial number, firmware. */
const IDENTITY_FIELDS = 4;

/** How an instrument is asked for its errors; 0 at the head of the answer means none. */
export type ErrorQuery = 'SYST:ERR?' | 'SYSTEM:ERROR:ALL?' | ':STAT:ERR?';

/** Opens a driver's port for SCPI. @throws BenchError (rig) */
export async function openScpi(
  context: DriverContext,
  errorQuery: ErrorQuery = 'SYST:ERR?',
  baudRate = SCPI_BAUD_RATE,
): Promise<ScpiSession> {
  const channel = await context.openLine({ baudRate });
  return new ScpiSession(new LineSession(channel, context.clock), errorQuery);
}

/**
 * SCPI over a line: one command at a time, answers end with LF. After every command that changes
 * something the instrument's error queue is asked, as the drivers of OpenTAP do. An answer is taken
 * for what it should be or it is an error, so that an echo or garbage is never believed.
 */
export class ScpiSession {
  readonly #line: LineSession;
  readonly #errorQuery: ErrorQuery;

  constructor(line: LineSession, errorQuery: ErrorQuery = 'SYST:ERR?') {
    this.#line = line;
    this.#errorQuery = errorQuery;
  }

  /** The instrument's name and port, for messages. */
  get name(): string {
    return this.#line.name;
  }

  /** Asks and waits for one line. @throws BenchError (rig) naming command, limit and what came. */
  query(command: string): Promise<string> {
    return this.#line.exchange([command]);
  }

  /** Asks for a number. @throws BenchError (rig) when the answer is none. */
  async queryNumber(command: string): Promise<number> {
    const answer = await this.query(command);
    const value = Number(answer);
    if (answer !== '' && Number.isFinite(value)) return value;
    throw this.unexpected(command, 'a number', answer);
  }

  /** Asks for a state. @throws BenchError (rig) when the answer is neither on nor off. */
  async queryBoolean(command: string): Promise<boolean> {
    const answer = await this.query(command);
    if (/^(\+?1|ON)$/i.test(answer)) return true;
    if (/^(\+?0|OFF)$/i.test(answer)) return false;
    throw this.unexpected(command, '0 or 1', answer);
  }

  /** Who the instrument says it is. @throws BenchError (rig) when it says nothing that could be that. */
  async identity(): Promise<Identity> {
    const answer = await this.query('*IDN?');
    const fields = answer.split(',').map((field) => field.trim());
    const [make = '', model = '', serial = '', firmware = ''] = fields;
    if (fields.length >= IDENTITY_FIELDS) return { make, model, serial, firmware };
    throw this.unexpected('*IDN?', 'make, model, serial number and firmware', answer);
  }

  /** Sends a command and reads the error queue. @throws BenchError (rig) with the instrument's error. */
  async command(command: string, settleNs = 0): Promise<void> {
    const error = await this.#line.exchange([command, this.#errorQuery], settleNs);
    if (/^[+-]?0\s*(,|$)/.test(error)) return;
    throw new BenchError('rig', `${this.name}: "${command}" was answered by ${error}`);
  }

  /** The error of an answer that cannot be what was asked for. */
  unexpected(command: string, awaited: string, answer: string): BenchError {
    return new BenchError(
      'rig',
      `${this.name}: awaited ${awaited} from "${command}", got "${answer}"`,
    );
  }

  close(): Promise<void> {
    return this.#line.close();
  }
}
