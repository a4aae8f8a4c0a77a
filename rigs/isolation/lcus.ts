import { z } from 'zod';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { defineDriver } from '../driver/driver.ts';
import { instantUncertaintyNs } from '../driver/instrument-block.ts';
import type { ContactMoved, IsolationSwitch } from '../port/instrument.ts';
import { asText, Conversation } from '../serial/conversation.ts';
import { lcusCommand } from './lcus-frame.ts';
import { LcusTwin } from './lcus-twin.ts';

/**
 * LCUS-1/2/4/8 relay boards (CH340, 9600 8N1). A command is A0, channel, operation, and the sum of
 * the three; FF asks for the states as text, which many boards of one channel do not answer.
 * Source: README of jarwyg/USB_RELAY; the bytes are recomputed in test/rigs/isolation.
 */

const LCUS_BAUD_RATE = 9600;
/** Typical small relay: its contact moves about 8 ms after the command (assumed; measure yours). */
const LCUS_CONTACT = { operateNs: 8e6, uncertaintyNs: 4e6 } as const;
const QUERY = 0xff;
const BITS_PER_BYTE = 10;
const ANSWER_WITHIN_NS = 500 * NS_PER_MS;

export const lcus = defineDriver({
  role: 'isolation-switch',
  name: 'lcus',
  summary: 'LCUS-1/2/4/8 relay board on a serial port (CH340, 9600 8N1).',
  reach: 'line',
  options: { channel: z.int().min(1).max(255).describe('Relay on the board, from 1 on.') },
  async open({ channel: relay }, { openLine, clock, instrument, readback }) {
    const channel = await openLine({ baudRate: LCUS_BAUD_RATE });
    return new LcusSwitch({
      conversation: new Conversation({
        channel,
        clock,
        answerWithinNs: ANSWER_WITHIN_NS,
        shown: asText,
      }),
      relay,
      operateNs: LCUS_CONTACT.operateNs,
      uncertaintyNs: instantUncertaintyNs(instrument, LCUS_CONTACT.uncertaintyNs),
      readback,
    });
  },
  // A question before it may still wait for its answer; four bytes and the contact need 20 ms.
  safety: () => ({
    deadMan: 'none',
    offWithinNs: ANSWER_WITHIN_NS + 20 * NS_PER_MS,
    energisesOnOpen: false,
  }),
  twin: ({ channel }, { physics }) =>
    new LcusTwin({
      scheduler: physics.scheduler,
      relays: channel,
      operateNs: LCUS_CONTACT.operateNs,
      moved: (relay, closed) => {
        if (relay === channel) physics.setSwitch(closed);
      },
    }),
});

interface LcusOptions {
  readonly conversation: Conversation;
  readonly relay: number;
  /** Time from the last byte to the contact, and how well it is known (k = 2). */
  readonly operateNs: number;
  readonly uncertaintyNs: number;
  readonly readback: 'none' | 'state';
}

class LcusSwitch implements IsolationSwitch {
  readonly #options: LcusOptions;

  constructor(options: LcusOptions) {
    this.#options = options;
  }

  /** The board has no word for itself. */
  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return this.#options.conversation.close();
  }

  open(): Promise<ContactMoved> {
    return this.#move(false);
  }

  close(): Promise<ContactMoved> {
    return this.#move(true);
  }

  async #move(closed: boolean): Promise<ContactMoved> {
    const { conversation, relay, operateNs, uncertaintyNs } = this.#options;
    const request = lcusCommand(relay, closed);
    const wireNs = (request.length * BITS_PER_BYTE * 1e9) / LCUS_BAUD_RATE;
    const { askedAtNs } = await conversation.ask({
      request,
      awaited: 'nothing',
      // The board does not answer a command.
      answerIn: () => ({ answer: 'sent' }),
    });
    return { atNs: Math.round(askedAtNs + wireNs + operateNs), uncertaintyNs };
  }

  async readBack(): Promise<'open' | 'closed' | null> {
    const { conversation, relay, readback } = this.#options;
    if (readback === 'none') return null;
    const pattern = new RegExp(`CH${relay}:\\s*(ON|OFF)`, 'i');
    const { answer } = await conversation.ask<'open' | 'closed'>({
      request: Uint8Array.of(QUERY),
      awaited: `the state of relay ${relay}`,
      answerIn: (received) => {
        const state = pattern.exec(Buffer.from(received).toString('latin1'))?.[1];
        if (state === undefined) return null;
        return { answer: state.toUpperCase() === 'ON' ? 'closed' : 'open' };
      },
    });
    return answer;
  }
}
