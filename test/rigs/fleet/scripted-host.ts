import type { Host } from '../../../rigs/fleet/fleet.ts';
import {
  PARAMETER_KEYS,
  type Transaction,
} from '../../../devices/protocol/centron-gprs/messages.ts';
import { encodeTransaction } from '../../../devices/protocol/centron-gprs/transaction.ts';
import { decodeUplink, encodeUplinkAnswer } from '../../../devices/protocol/centron-gprs/uplink.ts';
import { answerHead } from '../../../devices/protocol/c12-22/apdu.ts';
import type { Protection } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import { openApdu, sealApdu } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import {
  CONFIGURATION_SERVER_TITLE,
  HEAD_END_TITLE,
  meterIndexOf,
  meterTitle,
  testCiphers,
  testPin,
} from '../../../rigs/head-end/test-keys.ts';

/** What a server got, opened. */
export interface Heard {
  readonly index: number;
  readonly to: Host;
  readonly from: string;
  /** Kind of the uplink, or 'answer'. */
  readonly kind: string;
  readonly iv: number;
}

const TITLES = { 'head-end': HEAD_END_TITLE, 'configuration-server': CONFIGURATION_SERVER_TITLE };
const PARAMETERS: Readonly<Record<(typeof PARAMETER_KEYS)[number], string>> = {
  apn: 'meters.test',
  'tms-address': '192.0.2.1',
  'tms-port': '1153',
  'tms-ap-title': HEAD_END_TITLE.toString(),
  customer: 'test',
  'registration-retry-s': '60',
};

/**
 * Both servers in a few lines: it opens every APDU, accepts every uplink, and writes all
 * parameters into whoever asks for its configuration.
 */
export class ScriptedHost {
  readonly heard: Heard[] = [];
  /** APDUs whose MAC was not good. */
  bad = 0;
  readonly #send: (host: Host, address: string, bytes: Uint8Array) => void;
  readonly #ciphers = testCiphers();
  readonly #addresses = new Map<number, string>();
  #iv = 0;
  #invocation = 0;

  constructor(send: (host: Host, address: string, bytes: Uint8Array) => void) {
    this.#send = send;
  }

  /** Asks a meter at its newest address. @returns the address */
  ask(host: Host, index: number, transaction: Transaction): string {
    const address = this.#addresses.get(index) ?? '';
    const head = {
      called: meterTitle(index),
      calling: TITLES[host],
      callingInvocation: ++this.#invocation,
    };
    const services = encodeTransaction(transaction, testPin(index));
    this.#send(host, address, sealApdu(head, { services }, this.#protection(index)));
    return address;
  }

  receive(to: Host, from: string, bytes: Uint8Array): void {
    const opened = openApdu(bytes, {
      cipher: (_keyId, { calling }) =>
        this.#ciphers.cipherOf(calling === undefined ? -1 : (meterIndexOf(calling) ?? -1)),
    });
    if (opened.outcome !== 'good') {
      this.bad++;
      return;
    }
    const { apdu, content, parameters } = opened;
    const index = apdu.calling === undefined ? -1 : (meterIndexOf(apdu.calling) ?? -1);
    this.#addresses.set(index, from);
    const hear = (kind: string): void => {
      this.heard.push({ index, to, from, kind, iv: parameters.iv });
    };
    if (apdu.calledInvocation !== undefined) {
      hear('answer');
      return;
    }
    const uplink = decodeUplink(content.services);
    hear(uplink.kind);
    if (content.response !== 'never') {
      const services = encodeUplinkAnswer(uplink.kind, answerTo(uplink));
      const head = answerHead(apdu, ++this.#invocation);
      const answer = { response: 'never', services } as const;
      this.#send(to, from, sealApdu(head, answer, this.#protection(index)));
    }
    if (uplink.kind !== 'auto-configuration') return;
    for (const key of PARAMETER_KEYS) {
      this.ask(to, index, { kind: 'write-parameter', key, value: PARAMETERS[key] });
    }
  }

  #protection(index: number): Protection {
    return {
      mode: 'ciphered',
      cipher: this.#ciphers.cipherOf(index),
      parameters: { keyId: this.#ciphers.keyIdOf(index), iv: ++this.#iv },
      parametersFrom: 'apdu',
    };
  }
}

function answerTo(uplink: ReturnType<typeof decodeUplink>) {
  switch (uplink.kind) {
    case 'registration':
      return { outcome: 'registered', apTitle: uplink.apTitle, periodS: 86_400 } as const;
    case 'clock-reference-request':
      return { outcome: 'clock-reference', utcMs: 0, belowMsNs: 0 } as const;
    case 'event-alarm':
    case 'auto-configuration':
    case 'registration-confirmed':
    case 'heartbeat':
    case 'clock-deviation':
    case 'last-gasp':
    case 'restoration':
    case 'interval-report':
      return { outcome: 'accepted' } as const;
  }
}
