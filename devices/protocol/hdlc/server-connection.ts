/** A server's end of the connection with one client: it speaks only when it is polled. */
import { CodecError } from '../bytes/codec-error.ts';
import type { Control } from './control.ts';
import type { HdlcFrame } from './frame.ts';
import { encodeFrameReject, type Rejection } from './frame-reject.ts';
import { InformationTransfer, type NumberedFrame } from './information-transfer.ts';
import { withLlc, withoutLlc } from './llc.ts';
import { decodeParameters, encodeParameters, granted, type HdlcParameters } from './parameters.ts';
import { SERVER_TRANSITIONS, type ServerAct, type ServerState } from './server-transitions.ts';

export interface ServerConnectionOptions {
  /** The most that is granted. */
  readonly parameters: HdlcParameters;
  /** A fault of some meters (HXE130): the numbers of frames stay 0, and those that come are not looked at. */
  readonly stuckNumbers: boolean;
  /** @returns the answer; null for none */
  readonly received: (apdu: Uint8Array) => Uint8Array | null;
  /** An APDU that is not to be answered. */
  readonly receivedUnnumbered: (apdu: Uint8Array) => void;
  /** The connection is over, or begins anew. */
  readonly ended: () => void;
  readonly busy: () => boolean;
}

const NOTHING = new Uint8Array();

export class ServerConnection {
  readonly #options: ServerConnectionOptions;
  #state: ServerState = 'NDM';
  #transfer: InformationTransfer;
  #rejected: Uint8Array = NOTHING;

  constructor(options: ServerConnectionOptions) {
    this.#options = options;
    this.#transfer = this.#newTransfer(options.parameters);
  }

  get state(): ServerState {
    return this.#state;
  }

  /** What one frame leads to: the frames to send, in order. */
  receive(frame: HdlcFrame): NumberedFrame[] {
    const step = SERVER_TRANSITIONS[this.#state][frame.control.kind];
    if (step === undefined) return [];
    const before = this.#state;
    this.#state = step.next;
    const answers = this.#act(step.act, frame);
    if (before !== 'NDM' && (step.act === 'connect' || step.act === 'release')) {
      this.#options.ended();
    }
    return frame.control.pollFinal ? answers : [];
  }

  /** The client has been silent for too long. */
  end(): void {
    if (this.#state !== 'NDM') this.#options.ended();
    this.#state = 'NDM';
  }

  #act(act: ServerAct, { control, segmented, information }: HdlcFrame): NumberedFrame[] {
    switch (act) {
      case 'connect':
        return this.#connect(information);
      case 'release':
        return [unnumbered('UA')];
      case 'refuse':
        return [unnumbered('DM')];
      case 'take-turn':
        return this.#takeTurn(control, segmented, information);
      case 'reject':
        return this.#reject(control, 'undefined-control');
      case 'unnumbered':
        this.#unnumbered(information);
        return [];
    }
  }

  /** A client that asks for what cannot be is not connected. */
  #connect(information: Uint8Array): NumberedFrame[] {
    try {
      const parameters = granted(this.#options.parameters, decodeParameters(information));
      this.#transfer = this.#newTransfer(parameters);
      this.#rejected = NOTHING;
      return [unnumbered('UA', encodeParameters(parameters))];
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#state = 'NDM';
      return [unnumbered('DM')];
    }
  }

  #takeTurn(control: Control, segmented: boolean, information: Uint8Array): NumberedFrame[] {
    if (!('receiveNumber' in control)) return [];
    const isBusy = this.#options.busy();
    if (!this.#transfer.acknowledge(control.receiveNumber)) {
      return this.#reject(control, 'invalid-number');
    }
    if (control.kind === 'I' && !isBusy) {
      const taken = this.#transfer.take(control.sendNumber, segmented, information);
      if (taken.as === 'too-long') return this.#reject(control, 'information-too-long');
      if (taken.as === 'whole') this.#answer(taken.information);
    } else if (control.kind !== 'I' && information.length > 0) {
      return this.#reject(control, 'information-not-permitted');
    }
    if (control.kind !== 'RNR' && !isBusy && this.#transfer.pending > 0)
      return this.#transfer.turn();
    const { receiveNumber } = this.#transfer;
    return [supervisory({ kind: isBusy ? 'RNR' : 'RR', receiveNumber, pollFinal: true })];
  }

  #answer(information: Uint8Array): void {
    const apdu = withoutHeader(information);
    const answer = apdu === null ? null : this.#options.received(apdu);
    this.#transfer.offer(answer === null ? NOTHING : withLlc('response', answer));
  }

  #unnumbered(information: Uint8Array): void {
    const apdu = withoutHeader(information);
    if (apdu !== null) this.#options.receivedUnnumbered(apdu);
  }

  /** The same reason again until the client connects anew. */
  #reject(control: Control, why: Rejection): NumberedFrame[] {
    this.#state = 'rejecting';
    const { nextNumber: sendNumber, receiveNumber } = this.#transfer;
    if (this.#rejected.length === 0) {
      this.#rejected = encodeFrameReject(control, { sendNumber, receiveNumber }, why);
    }
    return [unnumbered('FRMR', this.#rejected)];
  }

  #newTransfer(parameters: HdlcParameters): InformationTransfer {
    const { stuckNumbers } = this.#options;
    return new InformationTransfer({
      parameters,
      checksNumbers: !stuckNumbers,
      advances: !stuckNumbers,
    });
  }
}

/** Information that is no command of DLMS has no answer, and the link goes on. */
function withoutHeader(information: Uint8Array): Uint8Array | null {
  try {
    return withoutLlc(['command'], information);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

function unnumbered(kind: 'UA' | 'DM' | 'FRMR', information: Uint8Array = NOTHING): NumberedFrame {
  return { control: { kind, pollFinal: true }, segmented: false, information };
}

function supervisory(control: Control): NumberedFrame {
  return { control, segmented: false, information: NOTHING };
}
