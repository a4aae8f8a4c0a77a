import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { decodePacket, encodePacket } from '../../../devices/protocol/c12-18/packet.ts';
import { psemChecksum } from '../../../devices/protocol/psem/checksum.ts';
import { ANSI, tableHex } from '../../devices/protocol/vectors.ts';

const ACK = 0x06;
const NAK = 0x15;
/** How often a meter sends the same answer again. */
const RETRIES = 3;

/** What the recorded GE I-210+c answered to somebody who gave a wrong password. */
const IDENTITY = '0000010000';
const REFUSED = { err: '01', isc: '03', iar: '05', dlk: '08', isss: '0a' } as const;
const ANSWERS: Readonly<Record<string, string>> = {
  '6101000106': '0001000106',
  '50000030303030202020202020': '00',
  [`51${'00'.repeat(20)}`]: REFUSED.err,
  [`51${'01'.repeat(20)}`]: REFUSED.err,
  '21': '00',
  ...Object.fromEntries(
    [0, 1, 2, 3, 5, 6, 27, 52].map((table) => [read(table), tableAnswer(table)]),
  ),
  [read(7)]: REFUSED.iar,
  [read(8)]: REFUSED.isc,
  [read(23)]: REFUSED.isc,
  [read(26)]: REFUSED.dlk,
};

interface RecordedFrame {
  readonly hex: string;
  /** Whether these very bytes were recorded with this toggle, or recomputed with the other one. */
  readonly recorded: boolean;
}

/**
 * The frame of a message. The vectors hold most messages of the recording with one toggle only,
 * and of the reads of ST6, ST23, ST26 and ST27 the answer's contents alone: what they do not hold
 * is the recorded contents in a packet whose CRC is computed here.
 */
function recordedFrame(
  data: string,
  toggle: boolean,
  dir: 'client->meter' | 'meter->client',
): RecordedFrame {
  const found = ANSI.c1218_frames.find(
    (frame) =>
      frame.data === data && frame.dir === dir && frame.toggle === (toggle ? 1 : 0) && !frame.multi,
  );
  if (found !== undefined) return { hex: found.hex, recorded: true };
  const packet = {
    identity: 0,
    multiPacket: false,
    first: false,
    dataFormat: 0,
    sequence: 0,
    toggle,
  };
  return { hex: toHex(encodePacket({ ...packet, data: fromHex(data) })), recorded: false };
}

/** The recorded meter: nothing but its recorded messages, in the order of its toggle. */
export class RecordedMeter {
  /** Frames of both sides, in their order. */
  readonly frames: RecordedFrame[] = [];
  /** Spoils what leaves the meter. */
  spoil: (bytes: Uint8Array, answerTo: string) => Uint8Array = (bytes) => bytes;
  #identified = false;
  #toggle: boolean;
  #last: Uint8Array | null = null;
  #repeats = 0;

  /** @param toggle that of its first answer: the recording has both */
  constructor(toggle: boolean) {
    this.#toggle = toggle;
  }

  answer(bytes: Uint8Array): Uint8Array[] {
    if (bytes.length === 1) return bytes[0] === NAK ? this.#again() : [];
    const { data, toggle } = decodePacket(bytes);
    const request = toHex(data);
    const asked = recordedFrame(request, toggle, 'client->meter');
    if (asked.hex !== toHex(bytes)) throw new Error(`${toHex(bytes)} is not ${asked.hex}`);
    const answered = recordedFrame(this.#answerTo(request), this.#toggle, 'meter->client');
    this.#toggle = !this.#toggle;
    this.frames.push(asked, answered);
    this.#last = this.spoil(fromHex(answered.hex), request);
    this.#repeats = 0;
    return [Uint8Array.of(ACK), this.#last];
  }

  #again(): Uint8Array[] {
    this.#repeats += 1;
    return this.#last === null || this.#repeats > RETRIES ? [] : [this.#last];
  }

  #answerTo(request: string): string {
    if (request === '20') {
      const answer = this.#identified ? REFUSED.isss : IDENTITY;
      this.#identified = true;
      return answer;
    }
    if (request === '21') this.#identified = false;
    const answer = ANSWERS[request];
    if (answer === undefined) throw new Error(`the recording has no ${request}`);
    return answer;
  }
}

function read(table: number): string {
  return `30${table.toString(16).padStart(4, '0')}`;
}

function tableAnswer(table: number): string {
  const hex = tableHex(table);
  const count = (hex.length / 2).toString(16).padStart(4, '0');
  return `00${count}${hex}${toHex(Uint8Array.of(psemChecksum(fromHex(hex))))}`;
}
