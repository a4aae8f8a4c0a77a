import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { messageOf } from '../../devices/domain/error-text.ts';
import { BenchError } from '../port/bench.ts';

/** A broker in this process, for whoever has none; it keeps sessions and messages in memory. */
export class EmbeddedBroker {
  readonly address: { readonly host: string; readonly port: number };
  readonly #aedes: Aedes;
  readonly #server: Server;

  private constructor(aedes: Aedes, server: Server) {
    this.#aedes = aedes;
    this.#server = server;
    const { address: host, port } = server.address() as AddressInfo;
    this.address = { host, port };
  }

  /** @throws BenchError (head-end) when the port cannot be had */
  static async open(host: string, port: number): Promise<EmbeddedBroker> {
    const aedes = await Aedes.createBroker();
    const server = createServer((socket) => void aedes.handle(socket));
    try {
      server.listen(port, host);
      await once(server, 'listening');
    } catch (error) {
      throw new BenchError(
        'head-end',
        `broker: TCP ${host}:${port}: cannot listen (${messageOf(error)})`,
        {
          cause: error,
        },
      );
    }
    return new EmbeddedBroker(aedes, server);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    await closed;
  }
}
