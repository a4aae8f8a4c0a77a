import type { MeterIdentity } from '../../devices/domain/identity.ts';
import type { ServerName } from '../../devices/head-end/store.ts';
import { toHex } from '../../devices/protocol/bytes/hex.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import { EmbeddedHeadEnd } from '../head-end/embedded.ts';
import { testCiphers, testKeyId } from '../head-end/test-keys.ts';
import { testLanguage } from '../head-end/test-language.ts';
import { UdpPort } from '../network/udp-port.ts';
import type { HeadEndSide } from '../port/instrument.ts';
import type { Message } from '../../devices/domain/message.ts';
import type { ModuleLinkBinding } from '../rig-file.ts';
import { messageIn } from './uplink-message.ts';

/** Which meter of the test fleet sits in a rig's socket: its key and its title. */
const METER = 0;

export interface UdpHeadEndOptions {
  readonly link: ModuleLinkBinding;
  readonly scheduler: Scheduler;
  readonly identity: MeterIdentity;
  /** IVs of the servers begin here: never one twice under the meter's key. */
  readonly firstIv: number;
  /** Each message of the module, where it reaches the servers. */
  readonly heard: (message: Message, bytesHex: string) => void;
}

/** The embedded head-end of a rig in wall time, where the meter's module reaches it: over UDP. */
export class UdpHeadEnd {
  readonly side: HeadEndSide;
  readonly #embedded: EmbeddedHeadEnd;
  readonly #ports: readonly UdpPort[];

  private constructor(embedded: EmbeddedHeadEnd, ports: readonly UdpPort[]) {
    this.side = embedded;
    this.#embedded = embedded;
    this.#ports = ports;
  }

  /** @throws BenchError (rig) when a port cannot be had */
  static async open(options: UdpHeadEndOptions): Promise<UdpHeadEnd> {
    const { link, scheduler, identity, firstIv, heard } = options;
    const headEndPort = await UdpPort.open(addressOf(link.port), 'rig');
    const configurationPort =
      link.configuration === undefined || link.configuration === link.port
        ? headEndPort
        : await UdpPort.open(addressOf(link.configuration), 'rig');
    const ports = { 'head-end': headEndPort, 'configuration-server': configurationPort } as const;
    let module = link.module === undefined ? null : textOf(addressOf(link.module));
    const ciphers = testCiphers();
    const embedded = new EmbeddedHeadEnd({
      scheduler,
      language: testLanguage('c12-22', ciphers),
      identity,
      firstIv,
      send: (from, bytes) => {
        // A module that was never heard has no address yet: what is sent to it is lost.
        if (module !== null) ports[from].send(module, bytes);
      },
    });
    const listen = (server: ServerName): void =>
      ports[server].listen((from, bytes) => {
        module = from;
        const message = messageIn(bytes, (keyId) =>
          keyId === testKeyId(METER) ? ciphers.cipherOf(METER) : undefined,
        );
        if (message !== null) heard(message, toHex(bytes));
        embedded.receive(server, bytes);
      });
    listen('head-end');
    if (configurationPort !== headEndPort) listen('configuration-server');
    return new UdpHeadEnd(embedded, [...new Set([headEndPort, configurationPort])]);
  }

  async close(): Promise<void> {
    await this.#embedded.close();
    for (const port of this.#ports) await port.close();
  }
}

function addressOf(port: string): UdpAddress {
  const { hostname, port: number } = new URL(port);
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(number) };
}

function textOf({ host, port }: UdpAddress): string {
  return `${host}:${port}`;
}
