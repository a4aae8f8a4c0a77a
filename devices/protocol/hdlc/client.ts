/** A reader's end of an HDLC line (IEC 62056-46): pure, told the time, one request at a time. */
import { NS_PER_S } from '../../domain/time.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { addressText, ALL_STATION, clientAddress, type HdlcAddress } from './address.ts';
import { HDLC_CLIENT_DEFAULTS, type HdlcClientSettings } from './client-settings.ts';
import { CLIENT_TRANSITIONS, type ClientAct, type ClientState } from './client-transitions.ts';
import { type Control, controlText } from './control.ts';
import { encodeFrame, type HdlcFrame } from './frame.ts';
import { frameRejectText } from './frame-reject.ts';
import { InformationTransfer, type NumberedFrame } from './information-transfer.ts';
import { type LlcHeader, withLlc, withoutLlc } from './llc.ts';
import {
  decodeParameters,
  encodeParameters,
  granted,
  type HdlcParameters,
  PARAMETER_DEFAULTS,
} from './parameters.ts';
import { FrameReceiver } from './receiver.ts';

export type HdlcClientEvent =
  /** A frame to put on the line now. */
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** With what was agreed, as this end sees it. */
  | { readonly kind: 'connected'; readonly parameters: HdlcParameters }
  | { readonly kind: 'disconnected' }
  /** To {@link HdlcClient.ask}. */
  | { readonly kind: 'answer'; readonly apdu: Uint8Array }
  /** To {@link HdlcClient.tell}: the server has it. */
  | { readonly kind: 'delivered' }
  /** Nobody asked for it: a push. */
  | { readonly kind: 'unsolicited'; readonly serverSap: number; readonly apdu: Uint8Array }
  /** What was under way is given up; the client is not connected any longer. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Something that was no good, or not what was awaited; it was dropped. */
  | { readonly kind: 'fault'; readonly reason: string };

/** What is awaited, and from whom the next word has to come. */
interface Turn {
  readonly awaits: 'mode' | 'answer' | 'acknowledgement';
  attempts: number;
  dueNs: number;
  /** Whether at `dueNs` a pause ends, and not a silence. */
  isPause: boolean;
  /** Whether the server asked for patience: it is asked for news, and told nothing new. */
  polls: boolean;
}

const BITS_PER_OCTET_8N1 = 10;
const NOTHING = new Uint8Array();

export class HdlcClient {
  readonly #settings: HdlcClientSettings;
  readonly #receiver: FrameReceiver;
  readonly #own: HdlcAddress;
  #state: ClientState = 'NDM';
  #transfer: InformationTransfer;
  #turn: Turn | null = null;
  /** Frames of information that came in the server's present turn. */
  #framesInTurn = 0;
  #nowNs = 0;

  /** @param settings what differs from {@link HDLC_CLIENT_DEFAULTS} */
  constructor(settings: Partial<HdlcClientSettings> = {}) {
    this.#settings = { ...HDLC_CLIENT_DEFAULTS, ...settings };
    this.#receiver = new FrameReceiver(this.#settings.interOctetNs, this.#settings.echo);
    this.#own = clientAddress(this.#settings.clientSap);
    this.#transfer = this.#newTransfer(PARAMETER_DEFAULTS);
  }

  get state(): ClientState {
    return this.#state;
  }

  /** SNRM: begins a connection, or begins it anew. */
  connect(nowNs: number): HdlcClientEvent[] {
    return this.#begin(nowNs, 'connecting', 'mode');
  }

  /** DISC: ends the connection. */
  disconnect(nowNs: number): HdlcClientEvent[] {
    return this.#begin(nowNs, 'disconnecting', 'mode');
  }

  /** Sends an APDU, which an {@link HdlcClientEvent} 'answer' answers. Only while connected and idle. */
  ask(nowNs: number, apdu: Uint8Array): HdlcClientEvent[] {
    this.#transfer.forgetParts();
    this.#transfer.offer(withLlc('command', apdu));
    return this.#begin(nowNs, 'NRM', 'answer');
  }

  /** Awaits one more APDU: asks for it, and goes on asking. Only while connected and idle. */
  poll(nowNs: number): HdlcClientEvent[] {
    return this.#begin(nowNs, 'NRM', 'answer');
  }

  /** Sends an APDU that is not answered, until it is acknowledged. Only while connected and idle. */
  tell(nowNs: number, apdu: Uint8Array): HdlcClientEvent[] {
    this.#transfer.forgetParts();
    this.#transfer.offer(withLlc('command', apdu));
    return this.#begin(nowNs, 'NRM', 'acknowledgement');
  }

  /**
   * Gives up what is under way. As it cannot be known what the server has of it, the connection is
   * not used any longer: {@link connect} makes a new one.
   */
  abandon(): void {
    this.#turn = null;
    this.#state = 'NDM';
  }

  receive(nowNs: number, bytes: Uint8Array): HdlcClientEvent[] {
    this.#nowNs = nowNs;
    const events: HdlcClientEvent[] = [];
    for (const received of this.#receiver.receive(nowNs, bytes)) {
      if (received.kind === 'bad-frame') events.push(fault(received.reason));
      else events.push(...this.#accept(received.frame));
    }
    if (nowNs >= this.#dueNs()) events.push(...this.#timedOut());
    return events;
  }

  wake(nowNs: number): HdlcClientEvent[] {
    return this.receive(nowNs, NOTHING);
  }

  /** When {@link wake} next has something to do, ns; Infinity when nothing is due. */
  wakeAtNs(): number {
    return Math.min(this.#receiver.wakeAtNs(), this.#dueNs());
  }

  #begin(nowNs: number, state: ClientState, awaits: Turn['awaits']): HdlcClientEvent[] {
    this.#nowNs = nowNs;
    this.#state = state;
    this.#turn = { awaits, attempts: 0, dueNs: Infinity, isPause: false, polls: false };
    return this.#speak(this.#turn);
  }

  /** While a frame is coming in nobody is silent. */
  #dueNs(): number {
    const dueNs = this.#turn?.dueNs ?? Infinity;
    const frameEndsNs = this.#receiver.wakeAtNs();
    return frameEndsNs === Infinity ? dueNs : Math.max(dueNs, frameEndsNs);
  }

  #accept(frame: HdlcFrame): HdlcClientEvent[] {
    if (!this.#isForUs(frame)) return [];
    const step = CLIENT_TRANSITIONS[this.#state][frame.control.kind];
    if (step === undefined) return [];
    this.#state = step.next;
    return this.#act(step.act, frame);
  }

  #isForUs({ destination, source, control }: HdlcFrame): boolean {
    if (destination.octets !== 1) return false;
    const { upper } = destination;
    if (control.kind === 'UI') return upper === this.#own.upper || upper === ALL_STATION;
    const { server } = this.#settings;
    const isSameDevice =
      source.lower === null || server.lower === null || source.lower === server.lower;
    return upper === this.#own.upper && source.upper === server.upper && isSameDevice;
  }

  #act(act: ClientAct, frame: HdlcFrame): HdlcClientEvent[] {
    const { control, information } = frame;
    switch (act) {
      case 'connected':
        return this.#connected(information);
      case 'disconnected':
        this.#turn = null;
        return [{ kind: 'disconnected' }];
      case 'refused':
        return this.#failed('SNRM was answered with DM');
      case 'lost':
        return this.#failed('the server is not connected any longer (DM)');
      case 'rejected':
        return this.#failed(`the server refuses a frame (FRMR): ${frameRejectText(information)}`);
      case 'take-turn':
        return this.#takeTurn(control, frame);
      case 'unnumbered':
        return this.#unnumbered(frame);
    }
  }

  #connected(information: Uint8Array): HdlcClientEvent[] {
    try {
      const parameters = granted(this.#settings.parameters, decodeParameters(information));
      this.#transfer = this.#newTransfer(parameters);
      this.#turn = null;
      return [{ kind: 'connected', parameters }];
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return this.#failed(`UA cannot be read: ${error.message}`);
    }
  }

  #takeTurn(control: Control, frame: HdlcFrame): HdlcClientEvent[] {
    const turn = this.#turn;
    // What comes while nothing is awaited is a late repetition.
    if (turn === null || !('receiveNumber' in control)) return [];
    const pendingBefore = this.#transfer.pending;
    if (!this.#transfer.acknowledge(control.receiveNumber)) {
      return [fault(`${controlText(control)} acknowledges what was not sent`)];
    }
    const { pending } = this.#transfer;
    if (pending < pendingBefore) turn.attempts = 0;
    turn.polls = control.kind === 'RNR';
    if (control.kind === 'I') return this.#takeInformation(turn, control, frame);
    // The server's turn is over, and it lacks some of ours: again, or what is left.
    if (pending > 0 && !turn.polls) return this.#speakOrFail(turn, controlText(control));
    if (pending === 0 && turn.awaits === 'acknowledgement') {
      this.#turn = null;
      return [{ kind: 'delivered' }];
    }
    this.#pause(turn);
    return [];
  }

  #takeInformation(
    turn: Turn,
    control: Control & { kind: 'I' },
    { segmented, information }: HdlcFrame,
  ): HdlcClientEvent[] {
    // A server that answers has the request: what does not say so answers an earlier one.
    if (this.#transfer.pending > 0) {
      return [fault(`${controlText(control)} answers nothing of ours`)];
    }
    const taken = this.#transfer.take(control.sendNumber, segmented, information);
    switch (taken.as) {
      case 'repeated':
        return [fault(`${controlText(control)} came before`)];
      case 'too-long':
        return this.#failed(`${information.length} octets of information are more than agreed`);
      case 'whole':
        return this.#answered(turn, taken.information);
      case 'part':
      case 'ahead': {
        if (taken.as === 'part') turn.attempts = 0;
        this.#framesInTurn += 1;
        const isOver =
          control.pollFinal || this.#framesInTurn >= this.#transfer.parameters.windowReceive;
        if (isOver) return this.#speakOrFail(turn, controlText(control));
        this.#await(turn, 0);
        return [];
      }
    }
  }

  #answered({ awaits }: Turn, information: Uint8Array): HdlcClientEvent[] {
    const apdu = withoutHeader(['response'], information);
    if (typeof apdu === 'string') return this.#failed(apdu);
    this.#turn = null;
    if (awaits === 'answer') return [{ kind: 'answer', apdu }];
    return [{ kind: 'delivered' }, fault('what wants no answer was answered')];
  }

  /** Meters push with either header. */
  #unnumbered({ source, information }: HdlcFrame): HdlcClientEvent[] {
    const apdu = withoutHeader(['response', 'command'], information);
    if (typeof apdu === 'string') return [fault(apdu)];
    return [{ kind: 'unsolicited', serverSap: source.upper, apdu }];
  }

  #timedOut(): HdlcClientEvent[] {
    const turn = this.#turn;
    if (turn === null) return [];
    if (!turn.isPause) return this.#speakOrFail(turn, 'silence');
    return this.#speak(turn);
  }

  /** Speaks again unless that was done too often without getting any further. */
  #speakOrFail(turn: Turn, instead: string): HdlcClientEvent[] {
    if (turn.attempts <= this.#settings.retries) return this.#speak(turn);
    const said = this.#says().map(({ control }) => controlText(control));
    const times = `${turn.attempts} times`;
    const to = `server ${addressText(this.#settings.server)}`;
    return this.#failed(`${to}: ${said.join(', ')} sent ${times}, came last: ${instead}`);
  }

  #speak(turn: Turn): HdlcClientEvent[] {
    turn.attempts += 1;
    this.#framesInTurn = 0;
    const { server } = this.#settings;
    const frames = this.#says().map((frame) =>
      encodeFrame({ ...frame, destination: server, source: this.#own }),
    );
    for (const bytes of frames) this.#receiver.sent(bytes);
    this.#await(
      turn,
      frames.reduce((octets, bytes) => octets + bytes.length, 0),
    );
    return frames.map((bytes) => ({ kind: 'send', bytes }));
  }

  /** The frames of our turn. */
  #says(): NumberedFrame[] {
    switch (this.#state) {
      case 'connecting':
        return [{ ...command('SNRM'), information: this.#askedParameters() }];
      case 'disconnecting':
        return [command('DISC')];
      case 'NRM':
      case 'NDM':
        return this.#transfer.pending > 0 && this.#turn?.polls !== true
          ? this.#transfer.turn()
          : [this.#poll()];
    }
  }

  #poll(): NumberedFrame {
    const { receiveNumber } = this.#transfer;
    const control = { kind: 'RR', receiveNumber, pollFinal: true } as const;
    return { control, segmented: false, information: NOTHING };
  }

  #askedParameters(): Uint8Array {
    const { parameters } = this.#settings;
    const isDefault = (Object.keys(PARAMETER_DEFAULTS) as (keyof HdlcParameters)[]).every(
      (name) => parameters[name] === PARAMETER_DEFAULTS[name],
    );
    return isDefault ? NOTHING : encodeParameters(parameters);
  }

  #await(turn: Turn, octets: number): void {
    const { bitsPerSecond, responseNs } = this.#settings;
    const onTheLineNs = Math.ceil((octets * BITS_PER_OCTET_8N1 * NS_PER_S) / bitsPerSecond);
    turn.isPause = false;
    turn.dueNs = this.#nowNs + onTheLineNs + responseNs;
  }

  #pause(turn: Turn): void {
    turn.attempts = 0;
    turn.isPause = true;
    turn.polls = true;
    turn.dueNs = this.#nowNs + this.#settings.pollPauseNs;
  }

  #failed(reason: string): HdlcClientEvent[] {
    this.abandon();
    return [{ kind: 'failed', reason }];
  }

  #newTransfer(parameters: HdlcParameters): InformationTransfer {
    const checksNumbers = this.#settings.numbers === 'check';
    return new InformationTransfer({ parameters, checksNumbers, advances: true });
  }
}

/** The APDU, or what is wrong with its header. */
function withoutHeader(
  allowed: readonly LlcHeader[],
  information: Uint8Array,
): Uint8Array | string {
  try {
    return withoutLlc(allowed, information);
  } catch (error) {
    if (error instanceof CodecError) return error.message;
    throw error;
  }
}

function command(kind: 'SNRM' | 'DISC'): NumberedFrame {
  return { control: { kind, pollFinal: true }, segmented: false, information: NOTHING };
}

function fault(reason: string): HdlcClientEvent {
  return { kind: 'fault', reason };
}
