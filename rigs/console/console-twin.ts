import type { BenchPhysics } from '../bench/physics.ts';
import type { Twin } from '../serial/twin.ts';
import { simulatedShell } from './simulated-shell.ts';

/** Who may log on to a simulated console, and with what. */
export const CONSOLE_TWIN = { user: 'root', password: 'sesame-7', prompt: 'meter# ' } as const;

export interface ConsoleTwinOptions {
  readonly physics: BenchPhysics;
  readonly serial: string;
  readonly hasLogin: boolean;
}

/** Time a shell takes to answer. */
const ANSWER_AFTER_NS = 20e6;

type State =
  | { readonly at: 'login' }
  | { readonly at: 'password'; readonly user: string }
  | { readonly at: 'prompt' };

/**
 * The console of a simulated module: login and password as getty has them (the password is not
 * echoed), then a shell with a few commands on the physics. Without mains it is silent, and stands
 * at its login afterwards.
 */
export class ConsoleTwin implements Twin {
  readonly #options: ConsoleTwinOptions;
  readonly #shell: (command: string) => string;
  #state: State;
  #received = '';
  #send: (bytes: Uint8Array) => void = () => {};

  constructor(options: ConsoleTwinOptions) {
    this.#options = options;
    this.#shell = simulatedShell(options.physics, options.serial);
    this.#state = this.#begin();
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    if (this.#options.physics.terminals.milliVolts === 0) {
      this.#state = this.#begin();
      this.#received = '';
      return;
    }
    this.#received += Buffer.from(bytes).toString('utf8').replaceAll('\r\n', '\n');
    for (;;) {
      const end = this.#received.search(/[\r\n]/);
      if (end < 0) return;
      const line = this.#received.slice(0, end);
      this.#received = this.#received.slice(end + 1);
      const echo = this.#state.at === 'password' ? '' : line;
      this.#answer(`${echo}\r\n${this.#obey(line)}`);
    }
  }

  #begin(): State {
    return this.#options.hasLogin ? { at: 'login' } : { at: 'prompt' };
  }

  #obey(line: string): string {
    switch (this.#state.at) {
      case 'login':
        if (line === '') return 'login: ';
        this.#state = { at: 'password', user: line };
        return 'Password: ';
      case 'password': {
        const { user, password, prompt } = CONSOLE_TWIN;
        const right = this.#state.user === user && line === password;
        this.#state = { at: right ? 'prompt' : 'login' };
        return right ? prompt : 'Login incorrect\r\nlogin: ';
      }
      case 'prompt': {
        const answer = line === '' ? '' : this.#shell(line);
        const shown = answer === '' ? '' : `${answer.replaceAll('\n', '\r\n')}\r\n`;
        return `${shown}${CONSOLE_TWIN.prompt}`;
      }
    }
  }

  #answer(text: string): void {
    const { scheduler } = this.#options.physics;
    scheduler.callAt(scheduler.nowNs() + ANSWER_AFTER_NS, 0, () =>
      this.#send(Buffer.from(text, 'utf8')),
    );
  }
}
