import { NS_PER_MS } from '../../devices/domain/time.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import type { Twin } from '../serial/twin.ts';
import { numatoIndex } from './numato-index.ts';

const ANSWER_AFTER_NS = 2 * NS_PER_MS;
const LINE_END = '\n\r';

export interface NumatoTwinOptions {
  readonly scheduler: Scheduler;
  readonly relays: number;
  /** Time from the command to the contact. */
  readonly operateNs: number;
  readonly moved: (relay: number, closed: boolean) => void;
}

/** A simulated Numato module: echoes, obeys at CR, ends with its prompt. */
export class NumatoTwin implements Twin {
  readonly #options: NumatoTwinOptions;
  readonly #closed: boolean[];
  #command = '';
  #send: (bytes: Uint8Array) => void = () => {};

  constructor(options: NumatoTwinOptions) {
    this.#options = options;
    this.#closed = Array.from({ length: options.relays }, () => false);
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    for (const character of Buffer.from(bytes).toString('latin1')) {
      if (character !== '\r') {
        this.#command += character;
        continue;
      }
      const answer = this.#obey(this.#command);
      const lines = [this.#command, ...(answer === null ? [] : [answer]), '>'];
      this.#command = '';
      this.#answer(lines.join(LINE_END));
    }
  }

  #answer(text: string): void {
    const { scheduler } = this.#options;
    scheduler.callAt(scheduler.nowNs() + ANSWER_AFTER_NS, 0, () =>
      this.#send(Buffer.from(text, 'latin1')),
    );
  }

  #obey(command: string): string | null {
    if (command === 'ver') return '00000008';
    if (command === 'id get') return '00000000';
    const [noun, verb, index] = command.split(' ');
    const relay = this.#closed.findIndex((_, each) => numatoIndex(each) === index);
    if (noun !== 'relay' || relay < 0) return null;
    if (verb === 'read') return this.#closed[relay] === true ? 'on' : 'off';
    if (verb === 'on' || verb === 'off') this.#set(relay, verb === 'on');
    return null;
  }

  #set(relay: number, closed: boolean): void {
    const { scheduler, operateNs, moved } = this.#options;
    this.#closed[relay] = closed;
    scheduler.callAt(scheduler.nowNs() + operateNs, 0, () => moved(relay, closed));
  }
}
