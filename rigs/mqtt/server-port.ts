import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { decodePublish } from '../../devices/protocol/mqtt/publish.ts';
import { filters, parseTopic, type Server } from '../../devices/protocol/mqtt/topics.ts';
import { MqttSession } from './session.ts';
import { brokerFor, type BrokerPlace } from './tls-folder.ts';

type Listener = (from: string, bytes: Uint8Array) => void;

/** A server's way to its meters by a broker: an address is a meter's serial number. */
export class MqttServerPort {
  /** Of the broker. */
  readonly address: { readonly host: string; readonly port: number };
  readonly #session: MqttSession;
  readonly #onFailure: (error: Error) => void;
  readonly #listeners: Set<Listener>;

  private constructor(
    { host, port }: BrokerPlace,
    session: MqttSession,
    listeners: Set<Listener>,
    onFailure: (error: Error) => void,
  ) {
    this.address = { host, port };
    this.#session = session;
    this.#listeners = listeners;
    this.#onFailure = onFailure;
  }

  /** @throws BenchError (head-end) when the broker does not let it in */
  static async open(
    broker: BrokerPlace,
    root: string,
    server: Server,
    onFailure: (error: Error) => void,
  ): Promise<MqttServerPort> {
    const listeners = new Set<Listener>();
    const clientId = `${root.replaceAll('/', '-')}-${server}`;
    const session = await MqttSession.open({
      broker: brokerFor(broker, clientId),
      clientId,
      subscribe: [filters.toServer(root, server)],
      onPublish: (bytes) => {
        const from = serialIn(root, bytes);
        for (const listener of listeners) listener(from, bytes);
      },
    });
    return new MqttServerPort(broker, session, listeners, onFailure);
  }

  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** The topic is in the bytes: who it is for need not be said again. */
  send(_address: string, bytes: Uint8Array): void {
    this.#session.publish(bytes).catch(this.#onFailure);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

/** Empty for a topic of nobody: the host counts such a message as malformed. */
function serialIn(root: string, bytes: Uint8Array): string {
  try {
    return parseTopic(root, decodePublish(bytes).topic).serial;
  } catch (error) {
    if (error instanceof CodecError) return '';
    throw error;
  }
}
