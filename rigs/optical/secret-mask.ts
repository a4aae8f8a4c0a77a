import { HEADER_LENGTH, START_OF_PACKET } from '../../devices/protocol/c12-18/packet.ts';

const SECURITY_SERVICE = 0x51;
/** Multi-packet and first-packet bits; a continuation does not start with a service code. */
const PART_BITS = 0xc0;
const CONTINUATION = 0x80;

/**
 * Writes line traffic as hexadecimal text with passwords shown as `**`. It follows the packets
 * byte by byte, so that a password is masked however the stream is cut; the CRC goes with it,
 * because it would let a guess be checked.
 */
export class SecretMask {
  #header: number[] = [];
  #left = 0;
  #atService = false;
  #secret = false;

  mask(bytes: Uint8Array): string {
    return Array.from(bytes, (byte) => this.#one(byte)).join(' ');
  }

  #one(byte: number): string {
    const text = byte.toString(16).padStart(2, '0');
    if (this.#left === 0) {
      this.#follow(byte);
      return text;
    }
    this.#left -= 1;
    if (this.#atService) {
      this.#atService = false;
      this.#secret = byte === SECURITY_SERVICE;
      return text;
    }
    return this.#secret ? '**' : text;
  }

  #follow(byte: number): void {
    if (this.#header.length === 0 && byte !== START_OF_PACKET) return;
    this.#header.push(byte);
    if (this.#header.length < HEADER_LENGTH) return;
    const [, , control = 0, , high = 0, low = 0] = this.#header;
    const length = high * 256 + low;
    this.#left = length + 2;
    this.#secret = false;
    this.#atService = length > 0 && (control & PART_BITS) !== CONTINUATION;
    this.#header = [];
  }
}
