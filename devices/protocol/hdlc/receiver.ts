import { CodecError } from '../bytes/codec-error.ts';
import { concatenate } from '../bytes/concatenate.ts';
import { decodeFrame, FLAG, frameLengthIn, type HdlcFrame } from './frame.ts';

export type ReceivedFrame =
  | { readonly kind: 'frame'; readonly frame: HdlcFrame }
  /** What began like a frame and cannot be believed. */
  | { readonly kind: 'bad-frame'; readonly reason: string };

/**
 * Takes frames out of a stream of bytes, however it is cut. DLMS stuffs nothing: a 7E may stand
 * within a frame, so a frame ends where its length says. One flag may end a frame and begin the
 * next. What cannot be believed is dropped, and the search goes on behind its first flag: noise
 * with a flag in it costs no frame that follows. A frame whose bytes stop coming ends at the
 * inter-octet time-out.
 */
export class FrameReceiver {
  /** Longest pause within a frame, ns. */
  readonly #interOctetNs: number;
  readonly #echo: 'discard' | 'none';
  /** Begins with a flag, or is empty. */
  #buffer: Uint8Array = new Uint8Array();
  #lastByteAtNs = 0;
  /** Frames of ours that the head may yet hear. */
  #echoes: Uint8Array[] = [];

  /** @param echo 'discard' where a head hears its own light, which is then taken out */
  constructor(interOctetNs: number, echo: 'discard' | 'none') {
    this.#interOctetNs = interOctetNs;
    this.#echo = echo;
  }

  /** Told every frame that we send, as an echo of it may come. */
  sent(frame: Uint8Array): void {
    if (this.#echo === 'discard') this.#echoes.push(frame.subarray(1, -1));
  }

  /** Bytes that arrived at `nowNs`; tells what became complete, in order. */
  receive(nowNs: number, bytes: Uint8Array): ReceivedFrame[] {
    const received = this.wake(nowNs);
    if (bytes.length === 0) return received;
    this.#lastByteAtNs = nowNs;
    this.#buffer = fromFlag(concatenate([this.#buffer, bytes]));
    return [...received, ...this.#complete()];
  }

  /** Ends a frame whose bytes stopped coming. */
  wake(nowNs: number): ReceivedFrame[] {
    const received: ReceivedFrame[] = [];
    if (nowNs < this.wakeAtNs()) return received;
    // Another frame may have begun within what was taken for this one.
    while (this.#isWithinFrame()) {
      const reason = `the frame stopped after ${this.#buffer.length} octets`;
      received.push({ kind: 'bad-frame', reason });
      this.#dropFlag();
      received.push(...this.#complete());
    }
    return received;
  }

  /** When {@link wake} has something to do; Infinity between frames. */
  wakeAtNs(): number {
    return this.#isWithinFrame() ? this.#lastByteAtNs + this.#interOctetNs : Infinity;
  }

  /** A flag alone may begin a frame at any time. */
  #isWithinFrame(): boolean {
    return this.#buffer.length > 1;
  }

  #complete(): ReceivedFrame[] {
    const received: ReceivedFrame[] = [];
    for (;;) {
      const [, high, low] = this.#buffer;
      if (high === undefined) break;
      // Flags between frames, or what a line says on its own: no frame, and none that was spoilt.
      if (high === FLAG || high >> 4 !== 0xa) {
        this.#dropFlag();
        continue;
      }
      if (low === undefined) break;
      const length = frameLengthIn(high, low);
      if (length === null) {
        received.push({ kind: 'bad-frame', reason: 'the format tells no possible length' });
        this.#dropFlag();
        continue;
      }
      const end = 1 + length;
      if (this.#buffer.length <= end) break;
      received.push(...this.#ended(end));
    }
    return received;
  }

  /** A frame of which every octet came, up to its closing flag at `end`. */
  #ended(end: number): ReceivedFrame[] {
    try {
      const bytes = this.#buffer.slice(1, end);
      if (this.#buffer[end] !== FLAG) throw new CodecError('no flag where the frame has to end');
      const frame = decodeFrame(bytes);
      this.#buffer = this.#buffer.subarray(end);
      return this.#isEcho(bytes) ? [] : [{ kind: 'frame', frame }];
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#dropFlag();
      return [{ kind: 'bad-frame', reason: error.message }];
    }
  }

  /** An echo comes before any answer: with the first other frame nothing of ours is awaited. */
  #isEcho(bytes: Uint8Array): boolean {
    const at = this.#echoes.findIndex((echo) => sameBytes(echo, bytes));
    this.#echoes.splice(0, at === -1 ? this.#echoes.length : at + 1);
    return at !== -1;
  }

  #dropFlag(): void {
    this.#buffer = fromFlag(this.#buffer.subarray(1));
  }
}

function fromFlag(bytes: Uint8Array): Uint8Array {
  const at = bytes.indexOf(FLAG);
  return bytes.subarray(at === -1 ? bytes.length : at);
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
