import { z } from 'zod';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { defineDriver } from '../driver/driver.ts';
import { instantUncertaintyNs } from '../driver/instrument-block.ts';
import type { ContactMoved, Identity, IsolationSwitch } from '../port/instrument.ts';
import { asText, Conversation, type Heard } from '../serial/conversation.ts';
import { numatoIndex } from './numato-index.ts';
import { NumatoTwin } from './numato-twin.ts';

/**
 * Numato's USB relay modules (CDC-ACM): an ASCII command that ends with CR is echoed, its answer
 * stands on lines of its own, and the prompt '>' ends it. Sources: numato.com documentation of the
 * 16 and 32 channel modules, numato/samplecode usbrelay16_32, pdudaemon drivers/numatousb.py. The
 * 64 channel module counts otherwise (two decimal digits) and is not spoken to.
 */

/** CDC-ACM has no line speed; the maker's samples open with this. */
const BAUD_RATE = 19_200;
/** Assumed: 2 ms of USB and firmware, 8 ms of a small relay; measure yours. */
const CONTACT = { operateNs: 10 * NS_PER_MS, uncertaintyNs: 10 * NS_PER_MS } as const;
/** pdudaemon waits as long. */
const ANSWER_WITHIN_NS = 1000 * NS_PER_MS;
const LAST_RELAY = 31;

export const numato = defineDriver({
  role: 'isolation-switch',
  name: 'numato',
  summary: 'Numato USB relay module of up to 32 channels (CDC-ACM, ASCII).',
  reach: 'line',
  options: { relay: z.int().min(0).max(LAST_RELAY).describe('Relay on the module, from 0 on.') },
  async open({ relay }, { openLine, clock, instrument, readback }) {
    const channel = await openLine({ baudRate: BAUD_RATE });
    return new NumatoSwitch({
      conversation: new Conversation({
        channel,
        clock,
        answerWithinNs: ANSWER_WITHIN_NS,
        shown: asText,
      }),
      relay,
      operateNs: CONTACT.operateNs,
      uncertaintyNs: instantUncertaintyNs(instrument, CONTACT.uncertaintyNs),
      readback,
    });
  },
  // A question before it may still wait for its answer.
  safety: () => ({
    deadMan: 'none',
    offWithinNs: ANSWER_WITHIN_NS + CONTACT.operateNs + CONTACT.uncertaintyNs,
    energisesOnOpen: false,
  }),
  twin: ({ relay }, { physics }) =>
    new NumatoTwin({
      scheduler: physics.scheduler,
      relays: relay < 16 ? 16 : LAST_RELAY + 1,
      operateNs: CONTACT.operateNs,
      moved: (moved, closed) => {
        if (moved === relay) physics.setSwitch(closed);
      },
    }),
});

/**
 * What stands between the echo of a command and the prompt. The echo must come first, whole: what
 * dripped in late from the command before is no answer to this one.
 */
function answerIn(command: string, received: Uint8Array): string | null {
  const text = Buffer.from(received).toString('latin1');
  const end = text.indexOf('>');
  if (end < 0) return null;
  const [echo, ...lines] = text
    .slice(0, end)
    .split(/[\r\n]+/)
    .filter((line) => line !== '');
  if (echo !== command) return null;
  // An adapter may echo besides.
  return lines.filter((line) => line !== command).join(' ');
}

interface NumatoOptions {
  readonly conversation: Conversation;
  readonly relay: number;
  /** Time from the command to the contact, and how well it is known (k = 2). */
  readonly operateNs: number;
  readonly uncertaintyNs: number;
  readonly readback: 'none' | 'state';
}

class NumatoSwitch implements IsolationSwitch {
  readonly #options: NumatoOptions;

  constructor(options: NumatoOptions) {
    this.#options = options;
  }

  async identify(): Promise<Identity> {
    const firmware = await this.#ask('ver', textOf);
    const serial = await this.#ask('id get', textOf);
    return { make: 'Numato', model: '', serial: serial.answer, firmware: firmware.answer };
  }

  release(): Promise<void> {
    return this.#options.conversation.close();
  }

  open(): Promise<ContactMoved> {
    return this.#move('off');
  }

  close(): Promise<ContactMoved> {
    return this.#move('on');
  }

  async #move(to: 'on' | 'off'): Promise<ContactMoved> {
    const { relay, operateNs, uncertaintyNs } = this.#options;
    const { askedAtNs } = await this.#ask(`relay ${to} ${numatoIndex(relay)}`, (answer) =>
      answer === '' ? { answer: 'taken' } : { refusal: JSON.stringify(answer) },
    );
    return { atNs: Math.round(askedAtNs + operateNs), uncertaintyNs };
  }

  async readBack(): Promise<'open' | 'closed' | null> {
    const { relay, readback } = this.#options;
    if (readback === 'none') return null;
    const { answer } = await this.#ask(`relay read ${numatoIndex(relay)}`, stateOf);
    return answer;
  }

  #ask<T>(command: string, meaning: (answer: string) => Heard<T>) {
    return this.#options.conversation.ask({
      request: Buffer.from(`${command}\r`, 'latin1'),
      awaited: `the answer to "${command}" and the prompt`,
      answerIn: (received) => {
        const answer = answerIn(command, received);
        return answer === null ? null : meaning(answer);
      },
    });
  }
}

function textOf(answer: string): Heard<string> {
  return answer === '' ? { refusal: 'an empty answer' } : { answer };
}

function stateOf(answer: string): Heard<'open' | 'closed'> {
  switch (answer) {
    case 'on':
      return { answer: 'closed' };
    case 'off':
      return { answer: 'open' };
    default:
      return { refusal: `${JSON.stringify(answer)}, which is neither on nor off` };
  }
}
