/**
 * The way from IEC 62056-21 into HDLC (its protocol mode E, Annex E): at 300 Bd the reader asks who
 * is there, the meter says who it is and that it knows HDLC, the reader agrees, and both go on at the
 * meter's speed. Pure: told the time.
 *
 * Characters are 7E1 until HDLC begins, which is 8N1. A line that is 8N1 all the time carries the
 * very same bits when the parity is put into the eighth one, as is done here: no driver has to
 * change its framing.
 */
import { NS_PER_MS, NS_PER_S } from '../../domain/time.ts';

/** Bauds by the character that stands for them. */
const MODE_E_BAUDS: Readonly<Record<string, number>> = {
  0: 300,
  1: 600,
  2: 1200,
  3: 2400,
  4: 4800,
  5: 9600,
  6: 19_200,
};

/** The speed at which a sign-on begins. */
export const SIGN_ON_BAUD = 300;

/** In an identification: HDLC is known. */
const MODE_E_MARK = '\\2';
const ACKNOWLEDGE = '\u0006';
const START_OF_TEXT = '\u0002';
const END_OF_TEXT = '\u0003';
const LINE_END = '\r\n';
/** Protocol "2" is HDLC, and so is mode "2". */
const HDLC_PROTOCOL = '2';
const BITS_PER_CHARACTER = 10;
/** Characters that are kept of what never becomes a line. */
const TEXT_MAXIMUM = 4096;

export type ModeEEvent =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** HDLC may begin, and the line is to be set to this speed when all that was said has left it. */
  | { readonly kind: 'signed-on'; readonly bitsPerSecond: number }
  /** No HDLC here; `came` is what came instead of it, a readout perhaps, as text. */
  | { readonly kind: 'refused'; readonly reason: string; readonly came: string };

export interface ModeEClientSettings {
  /** Of a meter among several on a line; empty for whoever is there. */
  readonly deviceAddress: string;
  /** Longest silence before the identification, ns (IEC 62056-21: 1.5 s, and the line's time). */
  readonly responseNs: number;
  /** From our agreement to the change of speed, in which a meter may confirm it; many do not. */
  readonly pauseNs: number;
}

const MODE_E_CLIENT_DEFAULTS: ModeEClientSettings = {
  deviceAddress: '',
  responseNs: 2_500 * NS_PER_MS,
  pauseNs: 800 * NS_PER_MS,
};

/** A reader that signs on. */
export class ModeEClient {
  readonly #settings: ModeEClientSettings;
  readonly #request: string;
  #state: 'idle' | 'identifying' | 'pausing' | 'reading-out' = 'idle';
  #came = '';
  #bitsPerSecond = SIGN_ON_BAUD;
  #dueNs = Infinity;

  constructor(settings: Partial<ModeEClientSettings> = {}) {
    this.#settings = { ...MODE_E_CLIENT_DEFAULTS, ...settings };
    this.#request = `/?${this.#settings.deviceAddress}!${LINE_END}`;
  }

  /** Asks who is there. */
  start(nowNs: number): ModeEEvent[] {
    this.#state = 'identifying';
    this.#came = '';
    return [this.#said(nowNs, this.#request, this.#settings.responseNs)];
  }

  receive(nowNs: number, bytes: Uint8Array): ModeEEvent[] {
    this.#came = `${this.#came}${textOf(bytes)}`.slice(-TEXT_MAXIMUM);
    switch (this.#state) {
      case 'idle':
        return [];
      case 'identifying':
        this.#dueNs = nowNs + this.#settings.responseNs;
        return this.#identified(nowNs);
      case 'pausing':
        // A meter that changes its speed is silent, but for what an optical head echoes.
        if (!this.#came.includes(START_OF_TEXT)) return [];
        this.#state = 'reading-out';
        this.#dueNs = nowNs + this.#settings.responseNs;
        return this.#readOut();
      case 'reading-out':
        this.#dueNs = nowNs + this.#settings.responseNs;
        return this.#readOut();
    }
  }

  wake(nowNs: number): ModeEEvent[] {
    if (nowNs < this.#dueNs) return [];
    switch (this.#state) {
      case 'idle':
        return [];
      case 'identifying':
        return this.#refused('nobody identified himself');
      case 'pausing':
        this.#over();
        return [{ kind: 'signed-on', bitsPerSecond: this.#bitsPerSecond }];
      case 'reading-out':
        return this.#refused('the meter reads itself out');
    }
  }

  /** When {@link wake} next has something to do, ns; Infinity when nothing is due. */
  wakeAtNs(): number {
    return this.#dueNs;
  }

  #identified(nowNs: number): ModeEEvent[] {
    // What stands before may be noise, or the echo of our request.
    const identification = /\/([A-Za-z]{3})([^\r\n])([^\r\n]*)\r\n/.exec(this.#came);
    if (identification === null) return [];
    const [line, , baudCharacter = '', rest = ''] = identification;
    if (!rest.includes(MODE_E_MARK)) {
      return this.#refused(`${JSON.stringify(line.trim())} does not offer HDLC`);
    }
    const bitsPerSecond = MODE_E_BAUDS[baudCharacter];
    if (bitsPerSecond === undefined) {
      return this.#refused(`${JSON.stringify(line.trim())} tells no speed that is known`);
    }
    this.#bitsPerSecond = bitsPerSecond;
    this.#state = 'pausing';
    this.#came = '';
    return [this.#said(nowNs, agreement(baudCharacter), this.#settings.pauseNs)];
  }

  #readOut(): ModeEEvent[] {
    return this.#came.includes(END_OF_TEXT) ? this.#refused('the meter reads itself out') : [];
  }

  #refused(reason: string): ModeEEvent[] {
    this.#over();
    return [{ kind: 'refused', reason, came: this.#came }];
  }

  #over(): void {
    this.#state = 'idle';
    this.#dueNs = Infinity;
  }

  #said(nowNs: number, text: string, thenNs: number): ModeEEvent {
    this.#dueNs = nowNs + onTheLineNs(text) + thenNs;
    return { kind: 'send', bytes: withEvenParity(text) };
  }
}

export interface ModeEServerSettings {
  /** Manufacturer's three letters, then what follows the character of the speed: "LGZ", "ZMD3104407". */
  readonly manufacturer: string;
  readonly identification: string;
  /** A key of {@link MODE_E_BAUDS}. */
  readonly baudCharacter: string;
  readonly deviceAddress: string;
  /** What a reader gets that does not agree to HDLC: data lines, without STX and the end. */
  readonly readout: string;
  /** A meter that offers HDLC and reads itself out all the same. */
  readonly refuses: boolean;
  /** Whether it confirms an agreement by saying it again, before it changes its speed. */
  readonly confirms: boolean;
  /** How long an agreement is awaited before the readout. */
  readonly agreementNs: number;
}

const MODE_E_SERVER_DEFAULTS: ModeEServerSettings = {
  manufacturer: 'MBN',
  identification: 'METERBENCH',
  baudCharacter: '5',
  deviceAddress: '',
  readout: '',
  refuses: false,
  confirms: true,
  agreementNs: 1_500 * NS_PER_MS,
};

/** A meter that lets readers sign on. */
export class ModeEServer {
  readonly #settings: ModeEServerSettings;
  #state: 'waiting' | 'identified' = 'waiting';
  #came = '';
  #dueNs = Infinity;
  #hasParity = true;

  constructor(settings: Partial<ModeEServerSettings> = {}) {
    this.#settings = { ...MODE_E_SERVER_DEFAULTS, ...settings };
  }

  /** Events: what to send, and 'signed-on' when HDLC begins; a refusal is its readout. */
  receive(nowNs: number, bytes: Uint8Array): ModeEEvent[] {
    this.#came = `${this.#came}${textOf(bytes)}`.slice(-TEXT_MAXIMUM);
    // A reader on a line of 7E1 shows no parity; one that puts it into the eighth bit wants it back.
    const slashes = bytes.filter((byte) => (byte & 0x7f) === SLASH);
    if (slashes.length > 0) this.#hasParity = slashes.some((byte) => byte !== SLASH);
    return this.#state === 'waiting' ? this.#called(nowNs) : this.#agreed();
  }

  wake(nowNs: number): ModeEEvent[] {
    return nowNs < this.#dueNs ? [] : this.#readOut();
  }

  wakeAtNs(): number {
    return this.#dueNs;
  }

  #called(nowNs: number): ModeEEvent[] {
    const request = /\/\?([^!\r\n]*)!\r\n/.exec(this.#came);
    if (request === null) return [];
    this.#came = '';
    const { deviceAddress, manufacturer, baudCharacter, identification } = this.#settings;
    const [, called = ''] = request;
    if (called !== '' && called !== deviceAddress) return [];
    const text = `/${manufacturer}${baudCharacter}${MODE_E_MARK}${identification}${LINE_END}`;
    this.#state = 'identified';
    this.#dueNs = nowNs + onTheLineNs(text) + this.#settings.agreementNs;
    return [this.#said(text)];
  }

  #agreed(): ModeEEvent[] {
    const [, option] = this.#came.split(ACKNOWLEDGE);
    const agreed = /^(.)(.)(.)\r\n/.exec(option ?? '');
    if (agreed === null) return [];
    const [, protocol, baudCharacter = '', mode] = agreed;
    const bitsPerSecond = MODE_E_BAUDS[baudCharacter];
    const isHdlc = protocol === HDLC_PROTOCOL && mode === HDLC_PROTOCOL;
    if (this.#settings.refuses || !isHdlc || bitsPerSecond === undefined) return this.#readOut();
    this.#restart();
    const confirmation = this.#settings.confirms ? [this.#said(agreement(baudCharacter))] : [];
    return [...confirmation, { kind: 'signed-on', bitsPerSecond }];
  }

  #readOut(): ModeEEvent[] {
    this.#restart();
    const data = `${this.#settings.readout}!${LINE_END}${END_OF_TEXT}`;
    const block = blockCheck(data);
    return [this.#said(`${START_OF_TEXT}${data}${block}`)];
  }

  #restart(): void {
    this.#state = 'waiting';
    this.#came = '';
    this.#dueNs = Infinity;
  }

  #said(text: string): ModeEEvent {
    return { kind: 'send', bytes: this.#hasParity ? withEvenParity(text) : asciiOf(text) };
  }
}

const SLASH = 0x2f;

function agreement(baudCharacter: string): string {
  return `${ACKNOWLEDGE}${HDLC_PROTOCOL}${baudCharacter}${HDLC_PROTOCOL}${LINE_END}`;
}

/** The exclusive-or of all characters after STX, ETX included (IEC 62056-21, 5.8). */
function blockCheck(data: string): string {
  const block = asciiOf(data).reduce((sum, octet) => sum ^ octet, 0);
  return String.fromCharCode(block);
}

function onTheLineNs(text: string): number {
  return Math.ceil((text.length * BITS_PER_CHARACTER * NS_PER_S) / SIGN_ON_BAUD);
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.map((byte) => byte & 0x7f));
}

function asciiOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0x7f);
}

function withEvenParity(text: string): Uint8Array {
  return asciiOf(text).map((octet) => {
    let parity = octet;
    for (const shift of [4, 2, 1]) parity ^= parity >> shift;
    return octet | ((parity & 1) << 7);
  });
}
