/** A logical device as DLMS peers see it: its associations, by connection and service access points. */
import type { CosemHost } from '../cosem/host.ts';
import { DlmsServer } from './server.ts';
import { SERVER_DEFAULTS, type ServerSettings } from './settings.ts';

export interface CosemNodeOptions {
  readonly host: CosemHost;
  /** A challenge for HLS, 8 to 64 octets, that nobody can foresee: from a secure generator. */
  readonly challenge: () => Uint8Array;
  /** A connection is to be closed, as settings want it. */
  readonly closePath?: (path: string) => void;
  readonly settings?: Partial<ServerSettings>;
}

/** Service access points have 16 bits. */
const SAPS = 0x1_0000;

export class CosemNode {
  readonly #options: CosemNodeOptions;
  readonly #settings: ServerSettings;
  readonly #paths = new Map<string, Map<number, DlmsServer>>();

  constructor(options: CosemNodeOptions) {
    this.#options = options;
    this.#settings = { ...SERVER_DEFAULTS, ...options.settings };
  }

  /**
   * Takes exactly one APDU without its wrapper or frame.
   * @param path what tells connections apart: an address, a socket, an optical port
   * @returns the answer, which goes from `serverSap` to `clientSap`; null when none is due
   */
  receive(
    path: string,
    clientSap: number,
    serverSap: number,
    apdu: Uint8Array,
    nowNs: number,
  ): Uint8Array | null {
    const { host } = this.#options;
    if (host.busy(nowNs)) {
      // It starts anew: whoever was associated is not any more.
      this.#paths.clear();
      return null;
    }
    const server = this.#serverFor(path, clientSap, serverSap);
    if (server === undefined) {
      if (this.#settings.onUnknownSap === 'close') this.#close(path);
      return null;
    }
    const answer = server.receive(apdu, nowNs);
    this.#keep(path, keyOf(clientSap, serverSap), server);
    return answer;
  }

  /** The connection is gone, and all that was agreed on it. */
  pathLost(path: string): void {
    this.#paths.delete(path);
  }

  #serverFor(path: string, clientSap: number, serverSap: number): DlmsServer | undefined {
    const known = this.#paths.get(path)?.get(keyOf(clientSap, serverSap));
    if (known !== undefined) return known;
    const { host, challenge } = this.#options;
    const association = host.associations.find((one) => one.clientSap === clientSap);
    if (association === undefined || serverSap !== host.serverSap) return undefined;
    const close = (): void => this.#close(path);
    return new DlmsServer({ host, association, settings: this.#settings, challenge, close });
  }

  /** Whoever is not associated leaves nothing behind: addresses on UDP come without end. */
  #keep(path: string, key: number, server: DlmsServer): void {
    const servers = this.#paths.get(path) ?? new Map<number, DlmsServer>();
    if (server.state === 'NONE') servers.delete(key);
    else servers.set(key, server);
    if (servers.size === 0) this.#paths.delete(path);
    else this.#paths.set(path, servers);
  }

  #close(path: string): void {
    this.#paths.delete(path);
    this.#options.closePath?.(path);
  }
}

function keyOf(clientSap: number, serverSap: number): number {
  return clientSap * SAPS + serverSap;
}
