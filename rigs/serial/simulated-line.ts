import { MockBinding, type MockPortBinding } from '@serialport/binding-mock';
import type { BindingInterface, OpenOptions, SetOptions } from '@serialport/bindings-interface';
import type { Scheduler } from '../clock/scheduler.ts';
import type { Twin } from './twin.ts';

/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;

let linesMade = 0;

/** A change of the control lines, as the twin's side saw it. */
export interface LineStateChange {
  readonly atNs: number;
  readonly dtr: boolean | undefined;
  readonly rts: boolean | undefined;
}

/**
 * A serial line of the simulated bench: the mock binding, wrapped so that what the host writes
 * reaches a twin after the time that the bytes take on the wire, and the twin's answer comes back
 * the same way. The real serialport stream runs above it.
 */
export class SimulatedLine {
  readonly path: string;
  readonly lineStates: LineStateChange[] = [];
  readonly #scheduler: Scheduler;
  readonly #twin: Twin;
  readonly #owner: number;
  #baudRate = 9600;
  #hostBusyUntilNs = 0;
  #twinBusyUntilNs = 0;
  #port: MockPortBinding | null = null;

  constructor(role: string, scheduler: Scheduler, twin: Twin, owner = 0) {
    this.path = `/simulated/${++linesMade}/${role}`;
    this.#scheduler = scheduler;
    this.#twin = twin;
    this.#owner = owner;
    MockBinding.createPort(this.path);
    twin.connect((bytes) => this.#fromTwin(bytes));
  }

  /** For SerialPortStream; opens this line whatever path it is asked for. */
  get binding(): BindingInterface {
    return {
      list: () => MockBinding.list(),
      open: (options: OpenOptions) => this.#open(options),
    };
  }

  async #open(options: OpenOptions): Promise<MockPortBinding> {
    const port = await MockBinding.open({ ...options, path: this.path });
    this.#baudRate = options.baudRate;
    this.#port = port;
    const write = port.write.bind(port);
    const close = port.close.bind(port);
    const set = port.set.bind(port);
    const update = port.update.bind(port);
    port.write = async (buffer) => {
      await write(buffer);
      this.#fromHost(Uint8Array.from(buffer));
    };
    port.set = async (lines: SetOptions) => {
      this.lineStates.push({ atNs: this.#scheduler.nowNs(), dtr: lines.dtr, rts: lines.rts });
      await set(lines);
      this.#twin.lines?.({ dtr: lines.dtr === true, rts: lines.rts === true });
    };
    port.update = async (settings) => {
      await update(settings);
      this.#baudRate = settings.baudRate;
    };
    // As an operating system does: both lines rise when the port is opened and drop when it is closed.
    port.close = async () => {
      await close();
      this.#twin.lines?.({ dtr: false, rts: false });
    };
    this.#twin.lines?.({ dtr: true, rts: true });
    return port;
  }

  #fromHost(bytes: Uint8Array): void {
    const startNs = Math.max(this.#scheduler.nowNs(), this.#hostBusyUntilNs);
    this.#hostBusyUntilNs = startNs + this.#wireNs(bytes.length);
    this.#scheduler.callAt(this.#hostBusyUntilNs, this.#owner, () => {
      this.#twin.receive(bytes, this.#scheduler.nowNs());
    });
  }

  #fromTwin(bytes: Uint8Array): void {
    const startNs = Math.max(this.#scheduler.nowNs(), this.#twinBusyUntilNs);
    this.#twinBusyUntilNs = startNs + this.#wireNs(bytes.length);
    this.#scheduler.callAt(this.#twinBusyUntilNs, this.#owner, () => {
      // Nobody hears an answer on a port that was closed meanwhile, as on a real line.
      if (this.#port?.isOpen !== true) return;
      this.#scheduler.stir();
      this.#port.emitData(Buffer.from(bytes));
    });
  }

  #wireNs(byteCount: number): number {
    return Math.round((byteCount * BITS_PER_BYTE * 1e9) / this.#baudRate);
  }
}
