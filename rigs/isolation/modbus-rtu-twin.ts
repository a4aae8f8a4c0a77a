import { NS_PER_MS } from '../../devices/domain/time.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import type { Twin } from '../serial/twin.ts';
import {
  COIL_OFF,
  COIL_ON,
  EXCEPTION,
  FLASH_OFF,
  FLASH_UNIT_NS,
  hasRightCrc,
  READ_COILS,
  REQUEST_BYTES,
  withCrc,
  WRITE_COIL,
} from './modbus-frame.ts';

const ANSWER_AFTER_NS = 5 * NS_PER_MS;
const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;

export interface ModbusRtuTwinOptions {
  readonly scheduler: Scheduler;
  readonly address: number;
  readonly coils: number;
  /** Knows Waveshare's board-timed off. */
  readonly hasTimer: boolean;
  /** Time from the last byte to the contact. */
  readonly operateNs: number;
  readonly moved: (coil: number, closed: boolean) => void;
}

/**
 * A simulated relay board. It answers before its contacts move, as boards do, and a coil is what was
 * commanded, not what the contact did. A plain write does not stop its timer: the worse of what the
 * maker's page leaves open.
 */
export class ModbusRtuTwin implements Twin {
  readonly #options: ModbusRtuTwinOptions;
  readonly #coils: boolean[];
  #received: number[] = [];
  #send: (bytes: Uint8Array) => void = () => {};

  constructor(options: ModbusRtuTwinOptions) {
    this.#options = options;
    this.#coils = Array.from({ length: options.coils }, () => false);
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    this.#received.push(...bytes);
    while (this.#received.length >= REQUEST_BYTES) {
      const frame = Uint8Array.from(this.#received.slice(0, REQUEST_BYTES));
      const isFrame = hasRightCrc(frame);
      // A real board finds the next frame by the silence before it; here a byte is given up instead.
      this.#received.splice(0, isFrame ? REQUEST_BYTES : 1);
      if (isFrame && frame[0] === this.#options.address) this.#answer(this.#obey(frame));
    }
  }

  #answer(bytes: Uint8Array): void {
    const { scheduler } = this.#options;
    scheduler.callAt(scheduler.nowNs() + ANSWER_AFTER_NS, 0, () => this.#send(bytes));
  }

  #obey(frame: Uint8Array): Uint8Array {
    const [address = 0, code = 0, ...words] = frame;
    const [first, second] = [wordOf(words.slice(0, 2)), wordOf(words.slice(2, 4))];
    const refuse = (exception: number) => withCrc(address, code + EXCEPTION, exception);
    if (code === READ_COILS) {
      if (first >= this.#coils.length) return refuse(ILLEGAL_ADDRESS);
      if (second !== 1) return refuse(ILLEGAL_VALUE);
      return withCrc(address, code, 1, this.#coils[first] === true ? 1 : 0);
    }
    if (code !== WRITE_COIL) return refuse(ILLEGAL_FUNCTION);
    const exception =
      this.#options.hasTimer && first >= FLASH_OFF
        ? this.#flashOff(first - FLASH_OFF, second)
        : this.#write(first, second);
    return exception === null ? frame : refuse(exception);
  }

  #write(coil: number, value: number): number | null {
    if (coil >= this.#coils.length) return ILLEGAL_ADDRESS;
    if (value !== COIL_ON && value !== COIL_OFF) return ILLEGAL_VALUE;
    this.#set(coil, value === COIL_ON);
    return null;
  }

  #flashOff(coil: number, units: number): number | null {
    if (coil >= this.#coils.length) return ILLEGAL_ADDRESS;
    this.#set(coil, false);
    const { scheduler } = this.#options;
    scheduler.callAt(scheduler.nowNs() + units * FLASH_UNIT_NS, 0, () => this.#set(coil, true));
    return null;
  }

  #set(coil: number, closed: boolean): void {
    const { scheduler, operateNs, moved } = this.#options;
    this.#coils[coil] = closed;
    scheduler.callAt(scheduler.nowNs() + operateNs, 0, () => moved(coil, closed));
  }
}

function wordOf([high = 0, low = 0]: readonly number[]): number {
  return (high << 8) | low;
}
