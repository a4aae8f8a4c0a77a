/**
 * The numbered information of one connection, the same for both ends: cut into segments, numbered,
 * kept until acknowledged; and put together again. In normal response mode the ends take turns, so
 * that with each turn everything goes out again that the other end has not acknowledged.
 */
import { concatenate } from '../bytes/concatenate.ts';
import { type Control, NUMBERS } from './control.ts';
import type { HdlcParameters } from './parameters.ts';

/** A frame of information as far as this connection knows it; addresses are put around it. */
export interface NumberedFrame {
  readonly control: Control;
  readonly segmented: boolean;
  readonly information: Uint8Array;
}

/** What became of a frame's information. */
export type Taken =
  | { readonly as: 'part' }
  /** The last segment: the information as it was before it was cut. */
  | { readonly as: 'whole'; readonly information: Uint8Array }
  /** It came before. */
  | { readonly as: 'repeated' }
  /** One before it is missing. */
  | { readonly as: 'ahead' }
  /** It is longer than was agreed, or what it belongs to is longer than any APDU. */
  | { readonly as: 'too-long' };

export interface TransferOptions {
  readonly parameters: HdlcParameters;
  /** Whether numbers that come are believed; some meters never advance theirs (HXE130). */
  readonly checksNumbers: boolean;
  /** Whether numbers that go advance; a meter whose numbers are stuck sends 0. */
  readonly advances: boolean;
}

/** Longest information that is put together: an APDU of 65,535 octets and its LLC header. */
const MESSAGE_MAXIMUM = 0xffff + 3;

export class InformationTransfer {
  readonly #options: TransferOptions;
  /** Segments that are not acknowledged, the first of which has number {@link #firstNumber}. */
  #segments: { readonly information: Uint8Array; readonly segmented: boolean }[] = [];
  #firstNumber = 0;
  /** So many of them have been sent. */
  #sent = 0;
  /** V(R), the number that is awaited. */
  #awaitedNumber = 0;
  #parts: Uint8Array[] = [];
  #partsLength = 0;

  constructor(options: TransferOptions) {
    this.#options = options;
  }

  get parameters(): HdlcParameters {
    return this.#options.parameters;
  }

  /** Frames that have not been acknowledged, sent or not. */
  get pending(): number {
    return this.#segments.length;
  }

  /** V(S), the number of the next new frame. */
  get nextNumber(): number {
    return (this.#firstNumber + this.#sent) % NUMBERS;
  }

  /** V(R), as the other end is told it. */
  get receiveNumber(): number {
    return this.#options.advances ? this.#awaitedNumber : 0;
  }

  /** What goes out from the next turn on; it takes the place of what is left of the last. */
  offer(information: Uint8Array): void {
    const most = this.parameters.informationTransmit;
    this.#segments = [];
    this.#sent = 0;
    for (let at = 0; at < information.length; at += most) {
      const segment = information.slice(at, at + most);
      this.#segments.push({ information: segment, segmented: at + most < information.length });
    }
  }

  /** Forgets the segments of a message that nobody awaits any longer. */
  forgetParts(): void {
    this.#parts = [];
    this.#partsLength = 0;
  }

  /** The frames of one turn: as many as the window allows, from the first that is not acknowledged. */
  turn(): NumberedFrame[] {
    const frames = this.#segments.slice(0, this.parameters.windowTransmit);
    this.#sent = Math.max(this.#sent, frames.length);
    return frames.map(({ information, segmented }, at) => ({
      control: {
        kind: 'I',
        sendNumber: this.#options.advances ? (this.#firstNumber + at) % NUMBERS : 0,
        receiveNumber: this.receiveNumber,
        pollFinal: at === frames.length - 1,
      },
      segmented,
      information,
    }));
  }

  /** Takes N(R): all before it have arrived. @returns whether it can be: not beyond what was sent */
  acknowledge(receiveNumber: number): boolean {
    const { checksNumbers } = this.#options;
    const told = (receiveNumber - this.#firstNumber + NUMBERS) % NUMBERS;
    if (checksNumbers && told > this.#sent) return false;
    // Without numbers to go by, whatever comes back shows that what was sent has arrived.
    const count = checksNumbers ? told : this.#sent;
    this.#segments.splice(0, count);
    this.#sent -= count;
    this.#firstNumber = (this.#firstNumber + count) % NUMBERS;
    return true;
  }

  /** Takes a frame's information. */
  take(sendNumber: number, segmented: boolean, information: Uint8Array): Taken {
    const { informationReceive, windowReceive } = this.parameters;
    const distance = (sendNumber - this.#awaitedNumber + NUMBERS) % NUMBERS;
    if (this.#options.checksNumbers && distance !== 0) {
      return { as: distance < windowReceive ? 'ahead' : 'repeated' };
    }
    this.#partsLength += information.length;
    if (information.length > informationReceive || this.#partsLength > MESSAGE_MAXIMUM) {
      this.forgetParts();
      return { as: 'too-long' };
    }
    this.#awaitedNumber = (this.#awaitedNumber + 1) % NUMBERS;
    this.#parts.push(information);
    if (segmented) return { as: 'part' };
    const whole = concatenate(this.#parts);
    this.forgetParts();
    return { as: 'whole', information: whole };
  }
}
