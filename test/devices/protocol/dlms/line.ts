/** Client and server on one line in memory. */
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { DlmsClient } from '../../../../devices/protocol/dlms/client/client.ts';
import type { Exchange } from '../../../../devices/protocol/dlms/client/exchange.ts';
import type {
  ClientSecurity,
  DlmsClientOptions,
} from '../../../../devices/protocol/dlms/client/options.ts';
import { LOGICAL_NAME_SERVICES } from '../../../../devices/protocol/dlms/conformance.ts';
import { createGcmCipher } from '../../../../devices/protocol/dlms/security/gcm.ts';
import { CosemNode, type CosemNodeOptions } from '../../../../devices/protocol/dlms/server/node.ts';
import {
  AUTHENTICATION_KEY,
  CLIENT_TITLE,
  ENCRYPTION_KEY,
  PASSWORD,
  SAPS,
  SmallMeter,
} from './small-meter.ts';

const STOC = fromHex('503677524a323146503677524a323146');
const CTOS = fromHex('4b353669566167594b35366956616759');

/** A node with its meter, asked by hand. */
export class Station {
  readonly meter = new SmallMeter();
  readonly closed: string[] = [];
  readonly node: CosemNode;

  constructor(options: Partial<CosemNodeOptions> = {}) {
    this.node = new CosemNode({
      host: this.meter,
      challenge: () => STOC,
      closePath: (path) => this.closed.push(path),
      ...options,
    });
  }

  /** Sends hexadecimal text and returns that of the answer; null when there is none. */
  ask(hex: string, clientSap: number = SAPS.public, path = 'tcp'): string | null {
    const answer = this.send(fromHex(hex), clientSap, path);
    return answer === null ? null : toHex(answer);
  }

  send(apdu: Uint8Array, clientSap: number, path = 'tcp'): Uint8Array | null {
    return this.node.receive(path, clientSap, this.meter.serverSap, apdu, 0);
  }
}

/** What happens to APDUs on the way: another in its place, or null when one is lost. */
export type Meddler = (apdu: Uint8Array, direction: 'up' | 'down') => Uint8Array | null;

export interface LineOptions {
  readonly sap: number;
  readonly client: DlmsClient;
  readonly station?: Station;
  readonly meddle?: Meddler;
}

/** What an exchange needs to go on did not come. */
class NoAnswer extends Error {}

export class Line {
  readonly client: DlmsClient;
  readonly station: Station;
  /** Every APDU that went over the line. */
  readonly trace: { readonly direction: 'up' | 'down'; readonly apdu: Uint8Array }[] = [];
  readonly #sap: number;
  /** Tests put another here to disturb a line that works. */
  meddle: Meddler;

  constructor({ sap, client, station = new Station(), meddle = (apdu) => apdu }: LineOptions) {
    this.#sap = sap;
    this.client = client;
    this.station = station;
    this.meddle = meddle;
  }

  /** Carries one exchange to its end. @throws NoAnswer when the server is silent */
  run<T>(exchange: Exchange<T>): T {
    let step = exchange.next();
    while (step.done !== true) {
      const answer = step.value === null ? null : this.#carry(step.value);
      if (answer === null) {
        exchange.return(undefined as T);
        throw new NoAnswer('the server is silent');
      }
      step = exchange.next(answer);
    }
    return step.value;
  }

  #carry(apdu: Uint8Array): Uint8Array | null {
    const up = this.meddle(apdu, 'up');
    if (up === null) return null;
    this.trace.push({ direction: 'up', apdu: up });
    const answer = this.station.send(up, this.#sap);
    const down = answer === null ? null : this.meddle(answer, 'down');
    if (down !== null) this.trace.push({ direction: 'down', apdu: down });
    return down;
  }
}

/** Keys and counters of a client, the counter where tests can reach it. */
function clientSecurity(counter = { next: 1 }): ClientSecurity {
  const keys = {
    cipher: createGcmCipher(ENCRYPTION_KEY),
    authenticationKey: AUTHENTICATION_KEY,
  };
  return {
    systemTitle: CLIENT_TITLE,
    keys: () => keys,
    nextCounter: () => counter.next++,
    adoptCounter: (expected) => {
      counter.next = Math.max(counter.next, expected);
    },
    lastServerCounter: -1,
    serverTitle: null,
  };
}

const PLAIN: DlmsClientOptions = {
  authentication: { mechanism: 'lowest' },
  security: null,
  ciphering: null,
  conformance: LOGICAL_NAME_SERVICES,
  maxReceivePduSize: 1024,
};

export type Kind = keyof typeof SAPS;

/** Options of a client that may open the association. */
function optionsOf(kind: Kind): DlmsClientOptions {
  const gmac = { mechanism: 'high-gmac', challenge: () => CTOS } as const;
  const low = { mechanism: 'low', password: PASSWORD } as const;
  switch (kind) {
    case 'public':
      return PLAIN;
    case 'reader':
      return { ...PLAIN, authentication: low };
    case 'management':
      return {
        ...PLAIN,
        authentication: gmac,
        security: clientSecurity(),
        ciphering: { form: 'glo' },
      };
    case 'cipheredReader':
      return {
        ...PLAIN,
        authentication: low,
        security: clientSecurity(),
        ciphering: { form: 'glo' },
      };
    case 'gmac':
      return { ...PLAIN, authentication: gmac, security: clientSecurity() };
  }
}

/** A client on a line, by the association that it opens. */
export function lineOf(
  kind: Kind,
  changes: Partial<DlmsClientOptions> = {},
  station = new Station(),
): Line {
  const client = new DlmsClient({ ...optionsOf(kind), ...changes });
  return new Line({ sap: SAPS[kind], client, station });
}
