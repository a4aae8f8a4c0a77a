import type { MeterIdentity } from '../../devices/domain/identity.ts';
import { type Message, messageOf } from '../../devices/domain/message.ts';
import type { Meters } from '../../devices/meter/columns.ts';
import { ModuleFace } from '../../devices/meter/face/module.ts';
import type { MeterInput, MeterSink } from '../../devices/meter/input.ts';
import type { ServerName } from '../../devices/head-end/store.ts';
import type { ModuleLanguage } from '../../devices/protocol/centron-gprs/language.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import {
  CONFIGURATION_SERVER_TITLE,
  HEAD_END_TITLE,
  meterTitle,
  testPin,
} from '../head-end/test-keys.ts';

/** Received signal strength at the bench; assumed, a fair signal. */
const RSSI_DBM = -77;

export interface ModuleTwinOptions {
  readonly scheduler: Scheduler;
  /** With the module's columns. */
  readonly meters: Meters;
  /** That of the meter in the socket. */
  readonly row: number;
  readonly identity: MeterIdentity;
  readonly language: ModuleLanguage;
  /** Hands the model an input, as the bench's physics does. */
  readonly give: (input: MeterInput) => void;
  readonly send: (to: ServerName, bytes: Uint8Array) => void;
  /**
   * Never the same twice for the meter's key. Left out, IVs begin anew with each case: right with
   * built-in test keys, and only in simulated time.
   */
  readonly nextIv?: () => number;
  /** Each message of the module with the APDU that carries it, as it leaves. */
  readonly tap: (message: Message, bytes: Uint8Array) => void;
}

/** The module of the meter in the socket: the face of a fleet's modules, for one of them. */
export class ModuleTwin {
  readonly #options: ModuleTwinOptions;
  readonly #face: ModuleFace;
  #ivsUsed = 0;
  /** Said and not yet sent: an uplink is sent at once, an answer when the module has obeyed. */
  #said: Message | null = null;

  constructor(options: ModuleTwinOptions) {
    const { meters, identity, language, give } = options;
    this.#options = options;
    this.#face = new ModuleFace({
      meters,
      language,
      give: (_row, _nowNs, input) => give(input),
      nextIv: options.nextIv ?? (() => ++this.#ivsUsed),
      titles: {
        meter: meterTitle,
        headEnd: HEAD_END_TITLE,
        configurationServer: CONFIGURATION_SERVER_TITLE,
      },
      identityOf: () => identity,
      pinOf: testPin,
      coverageOf: () => RSSI_DBM,
      out: {
        send: (_row, to, bytes) => this.#send(to, bytes),
        said: (_row, kind, first, second) => {
          this.#said = messageOf(kind, first, second);
        },
        weighed: () => undefined,
        received: () => undefined,
        answered: () => undefined,
        refusedApdu: () => undefined,
      },
    });
  }

  /** Where the model's messages go. */
  get sink(): MeterSink {
    return this.#face.sink;
  }

  /** Tells its head-end that it leaves the network. */
  deregister(): void {
    this.#face.deregister(this.#options.row);
  }

  /** Takes an APDU from the network. */
  receive(bytes: Uint8Array): void {
    const { row, scheduler } = this.#options;
    this.#face.receive(row, scheduler.nowNs(), bytes);
  }

  #send(to: ServerName, bytes: Uint8Array): void {
    const { send, tap } = this.#options;
    send(to, bytes);
    const said = this.#said;
    this.#said = null;
    if (said !== null) tap(said, bytes);
  }
}
