import type { Scheduler } from '../clock/scheduler.ts';
import type { Twin } from './twin.ts';

/** What a command does; a text is the answer to a query, null answers nothing. */
export type ScpiHandler = (argument: string) => string | null;

/** A command that sets something and answers nothing. */
export function setting(apply: (argument: string) => void): ScpiHandler {
  return (argument) => {
    apply(argument);
    return null;
  };
}

/** Time an instrument takes to answer a command. */
const ANSWER_AFTER_NS = 5e6;

/** The SCPI side of a simulated instrument: a table of commands, and an error queue of one. */
export class ScpiTwin implements Twin {
  readonly #scheduler: Scheduler;
  readonly #handlers: ReadonlyMap<string, ScpiHandler>;
  #received = '';
  #error = '0,"No error"';
  #send: (bytes: Uint8Array) => void = () => {};

  constructor(scheduler: Scheduler, handlers: Readonly<Record<string, ScpiHandler>>) {
    this.#scheduler = scheduler;
    this.#handlers = new Map(Object.entries(handlers));
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
      this.#obey(line);
    }
  }

  #obey(line: string): void {
    const [header = '', ...rest] = line.split(' ');
    const answer = this.#answerTo(header.toUpperCase().replace(/^:/, ''), rest.join(' '));
    if (answer === null) return;
    this.#scheduler.callAt(this.#scheduler.nowNs() + ANSWER_AFTER_NS, 0, () =>
      this.#send(Buffer.from(`${answer}\n`, 'latin1')),
    );
  }

  #answerTo(header: string, argument: string): string | null {
    if (header === 'SYST:ERR?' || header === 'SYSTEM:ERROR:ALL?') {
      const error = this.#error;
      this.#error = '0,"No error"';
      return error;
    }
    const handler = this.#handlers.get(header);
    if (handler !== undefined) return handler(argument);
    this.#error = `-113,"Undefined header;${header}"`;
    return header.endsWith('?') ? '' : null;
  }
}
