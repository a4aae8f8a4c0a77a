import { NS_PER_MS } from '../../devices/domain/time.ts';
import type { Heard } from '../serial/conversation.ts';

/**
 * Frames of Modbus RTU for one coil (MODBUS over Serial Line V1.02, 2.5.1; MODBUS Application
 * Protocol V1.1b3, 6.1, 6.5 and 7), and the board-timed off of Waveshare's relay boards (their wiki,
 * "Modbus RTU Relay", development protocol V2). Every request has eight bytes.
 */

export const READ_COILS = 0x01;
export const WRITE_COIL = 0x05;
export const COIL_ON = 0xff00;
export const COIL_OFF = 0x0000;
/** Added to the coil: open now, close after as many units as the value says. */
export const FLASH_OFF = 0x0400;
export const FLASH_UNIT_NS = 100 * NS_PER_MS;
export const EXCEPTION = 0x80;
export const REQUEST_BYTES = 8;
const STATE_ANSWER_BYTES = 6;
const EXCEPTION_BYTES = 5;

/** CRC-16/MODBUS: reflected polynomial A001, initial value FFFF; sent low byte first. */
function crc16Modbus(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

/** A frame's bytes with their check sum behind. */
export function withCrc(...bytes: readonly number[]): Uint8Array {
  const crc = crc16Modbus(Uint8Array.from(bytes));
  return Uint8Array.of(...bytes, crc & 0xff, crc >>> 8);
}

export function hasRightCrc(frame: Uint8Array): boolean {
  return isSame(frame, withCrc(...frame.subarray(0, -2)));
}

/** Function 05: one coil, never the board's others. `closed` true energises the relay. */
export function writeCoil(address: number, coil: number, closed: boolean): Uint8Array {
  return request(address, WRITE_COIL, coil, closed ? COIL_ON : COIL_OFF);
}

/** Function 01 for one coil. */
export function readCoil(address: number, coil: number): Uint8Array {
  return request(address, READ_COILS, coil, 1);
}

/** Waveshare: the relay opens and the board closes it after `units` of 100 ms. */
export function flashOff(address: number, coil: number, units: number): Uint8Array {
  return request(address, WRITE_COIL, FLASH_OFF + coil, units);
}

function request(address: number, code: number, first: number, second: number): Uint8Array {
  return withCrc(address, code, first >>> 8, first & 0xff, second >>> 8, second & 0xff);
}

/**
 * The board's word that it has taken a write, which is the same bytes. An adapter that echoes says
 * so too: only reading the coil tells the two apart.
 */
export function takenIn(sent: Uint8Array, received: Uint8Array): Heard<'taken'> | null {
  if (isSame(received.subarray(0, sent.length), sent)) return { answer: 'taken' };
  return exceptionIn(sent, received);
}

/** The coil of an answer to function 01, behind an echo of the request if there is one. */
export function coilIn(sent: Uint8Array, received: Uint8Array): Heard<'open' | 'closed'> | null {
  const isEchoed = isSame(received.subarray(0, sent.length), sent);
  const frame = isEchoed ? received.subarray(sent.length) : received;
  const answer = frame.subarray(0, STATE_ANSWER_BYTES);
  const [address, code, byteCount, coils = 0] = answer;
  const isAnswer = address === sent[0] && code === READ_COILS && byteCount === 1;
  if (!isAnswer || answer.length < STATE_ANSWER_BYTES || !hasRightCrc(answer)) {
    return exceptionIn(sent, frame);
  }
  return { answer: (coils & 1) === 1 ? 'closed' : 'open' };
}

const EXCEPTIONS: Readonly<Record<number, string>> = {
  0x01: 'illegal function',
  0x02: 'illegal data address: there is no such coil',
  0x03: 'illegal data value',
  0x04: 'server device failure',
  0x06: 'server device busy',
  0x0a: 'gateway path unavailable',
  0x0b: 'gateway target device failed to respond',
};

function exceptionIn(sent: Uint8Array, received: Uint8Array): { refusal: string } | null {
  const frame = received.subarray(0, EXCEPTION_BYTES);
  const [address, code, exception = 0] = frame;
  const isException = address === sent[0] && code === (sent[1] ?? 0) + EXCEPTION;
  if (!isException || frame.length < EXCEPTION_BYTES || !hasRightCrc(frame)) return null;
  return {
    refusal: `Modbus exception ${exception}, ${EXCEPTIONS[exception] ?? 'not a standard one'}`,
  };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
