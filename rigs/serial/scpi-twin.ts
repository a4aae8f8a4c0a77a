import type { Scheduler } from '../clock/scheduler.ts';
import type { ErrorQuery } from './scpi.ts';
import type { Twin } from './twin.ts';

/** What a command does; a text is the answer to a query, null answers nothing. */
export type ScpiHandler = (argument: string) => string | null | ScpiRefusal;

/** An error that goes to the queue instead of an answer. */
interface ScpiRefusal {
  readonly error: string;
}

/** SCPI-99, execution error: a number that the instrument does not take. */
export const OUT_OF_RANGE: ScpiRefusal = { error: '-222,"Data out of range"' };
/** SCPI-99, command error: a command without the parameter that it needs. */
export const MISSING_PARAMETER: ScpiRefusal = { error: '-109,"Missing parameter"' };

/** A command that sets something and answers nothing. */
export function setting(apply: (argument: string) => void): ScpiHandler {
  return (argument) => {
    apply(argument);
    return null;
  };
}

/** Time an instrument takes to answer a command. */
const ANSWER_AFTER_NS = 5e6;

const NO_ERROR = '0,"No error"';
const ERROR_QUERIES: ReadonlySet<string> = new Set<ErrorQuery>([
  'SYST:ERR?',
  'SYSTEM:ERROR:ALL?',
  ':STAT:ERR?',
]);

/**
 * The SCPI side of a simulated instrument: a table of commands, and an error queue of one. `heard`
 * is called at every line that arrives, for instruments that watch whether anybody talks to them.
 */
export class ScpiTwin implements Twin {
  readonly #scheduler: Scheduler;
  readonly #handlers: ReadonlyMap<string, ScpiHandler>;
  #received = '';
  #error = NO_ERROR;
  readonly #heard: () => void;
  #send: (bytes: Uint8Array) => void = () => {};

  constructor(
    scheduler: Scheduler,
    handlers: Readonly<Record<string, ScpiHandler>>,
    heard: () => void = () => undefined,
  ) {
    this.#scheduler = scheduler;
    this.#handlers = new Map(
      Object.entries(handlers).map(([header, handler]) => [withoutColon(header), handler]),
    );
    this.#heard = heard;
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    this.#received += Buffer.from(bytes).toString('latin1');
    for (;;) {
      const end = this.#received.indexOf('\n');
      if (end < 0) return;
      const line = this.#received.slice(0, end).trim();
      this.#received = this.#received.slice(end + 1);
      this.#heard();
      this.#obey(line);
    }
  }

  #obey(line: string): void {
    const [header = '', ...rest] = line.split(' ');
    const answer = this.#answerTo(header.toUpperCase(), rest.join(' '));
    if (answer === null) return;
    this.#scheduler.callAt(this.#scheduler.nowNs() + ANSWER_AFTER_NS, 0, () =>
      this.#send(Buffer.from(`${answer}\n`, 'latin1')),
    );
  }

  #answerTo(header: string, argument: string): string | null {
    if (ERROR_QUERIES.has(header)) {
      const error = this.#error;
      this.#error = NO_ERROR;
      return error;
    }
    const handler = this.#handlers.get(withoutColon(header));
    const unknown: ScpiRefusal = { error: `-113,"Undefined header;${header}"` };
    const done = handler === undefined ? unknown : handler(argument);
    if (done === null || typeof done === 'string') return done;
    this.#error = done.error;
    return header.endsWith('?') ? '' : null;
  }
}

/** A colon at the head names the root of the commands, where every line starts anyhow. */
function withoutColon(header: string): string {
  return header.replace(/^:/, '');
}
