/** A session at a broker: what it is sent and sends as whole PUBLISH packets, as links carry them. */
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { decodePublish, encodePublish, packetIdFor } from '../../devices/protocol/mqtt/publish.ts';
import { BenchError } from '../port/bench.ts';
import { classifyTlsFailure, type TlsFailure } from './tls-failure.ts';

/** Where a broker is, and by what it and its clients know each other; null for cleartext. */
export interface Broker {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsMaterial | null;
}

/** PEM texts. Whether TLS is spoken is no matter of the port's number. */
export interface TlsMaterial {
  readonly authority: string;
  readonly certificate?: string;
  readonly key?: string;
}

export interface SessionOptions {
  readonly broker: Broker;
  /** The broker keeps what is for it under this name while it is away (clean session 0). */
  readonly clientId: string;
  readonly subscribe: readonly string[];
  /** Retained: its connection, and what the broker says of it when it breaks. */
  readonly connectionTopic?: string;
  readonly onPublish: (bytes: Uint8Array) => void;
}

const CONNECT_WITHIN_MS = 10_000;
const RECONNECT_AFTER_MS = 500;
const KEEP_ALIVE_S = 60;
const QOS = 1;

/** An MQTT 3.1.1 session that is made again when its connection breaks; nothing it was given is lost. */
export class MqttSession {
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  /** @throws BenchError (head-end) when the broker cannot be reached or does not let it in, with the cause */
  static async open(options: SessionOptions): Promise<MqttSession> {
    const { broker, clientId, subscribe, connectionTopic, onPublish } = options;
    const where = `${broker.tls ? 'mqtts' : 'mqtt'}://${broker.host}:${broker.port}`;
    // Without retries at first: what is wrong with the way is wrong with the next attempt too.
    const client = connect(clientOptions(options));
    try {
      await connected(client);
    } catch (error) {
      await client.endAsync(true);
      throw unreachable(where, clientId, classifyTlsFailure(error));
    }
    client.options.reconnectPeriod = RECONNECT_AFTER_MS;
    // A connection that breaks, or cannot be made again yet, is tried again: nothing is lost by it.
    client.on('error', () => undefined);
    client.on('message', (topic, payload, packet) => onPublish(bytesOf(topic, payload, packet)));
    if (subscribe.length > 0) {
      const granted = await client.subscribeAsync([...subscribe], { qos: QOS });
      const refused = granted.find(({ qos }) => qos === 128);
      if (refused !== undefined) {
        await client.endAsync(true);
        throw new BenchError(
          'head-end',
          `${where}: ${clientId} may not subscribe to ${refused.topic}`,
        );
      }
    }
    if (connectionTopic !== undefined) {
      await client.publishAsync(connectionTopic, connectionState(true), { qos: QOS, retain: true });
    }
    return new MqttSession(client);
  }

  /** Resolves when the broker has it (PUBACK). @throws CodecError when it is no PUBLISH */
  async publish(bytes: Uint8Array): Promise<void> {
    const { topic, payload } = decodePublish(bytes);
    await this.say(topic, payload);
  }

  /** The same for a topic and a payload. */
  async say(topic: string, payload: Uint8Array): Promise<void> {
    await this.#client.publishAsync(topic, Buffer.from(payload), { qos: QOS });
  }

  /** Says goodbye, so that no will is said. */
  async close(): Promise<void> {
    await this.#client.endAsync();
  }

  /** The connection is gone without a word, as when the power is. */
  async break(): Promise<void> {
    this.#client.stream.destroy();
    await this.#client.endAsync(true);
  }
}

/** @throws what ended the attempt: an error, or the end of the connection without a word */
function connected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('connection closed')));
  });
}

function clientOptions({ broker, clientId, connectionTopic }: SessionOptions): IClientOptions {
  const { tls } = broker;
  return {
    host: broker.host,
    port: broker.port,
    protocol: tls ? 'mqtts' : 'mqtt',
    protocolVersion: 4,
    clientId,
    clean: false,
    keepalive: KEEP_ALIVE_S,
    connectTimeout: CONNECT_WITHIN_MS,
    reconnectPeriod: 0,
    // The session is the broker's to keep: a subscription stands until somebody takes it back.
    resubscribe: true,
    queueQoSZero: false,
    ...(connectionTopic !== undefined && {
      will: { topic: connectionTopic, payload: connectionState(false), qos: QOS, retain: true },
    }),
    ...(tls && {
      ca: tls.authority,
      rejectUnauthorized: true,
      ...(tls.certificate !== undefined && { cert: tls.certificate }),
      ...(tls.key !== undefined && { key: tls.key }),
    }),
  };
}

function connectionState(isConnected: boolean): Buffer {
  return Buffer.from(JSON.stringify({ connected: isConnected }));
}

/** The packet again: the library hands out its parts. */
function bytesOf(topic: string, payload: Buffer, packet: IPublishPacket): Uint8Array {
  const packetId = packet.messageId ?? packetIdFor(0);
  return encodePublish({ topic, payload, packetId, isDuplicate: packet.dup });
}

function unreachable(where: string, clientId: string, { cause, detail }: TlsFailure): BenchError {
  return new BenchError(
    'head-end',
    `${where}: ${clientId} awaited a session for up to ${CONNECT_WITHIN_MS / 1e3} s, got ${cause} (${detail})`,
  );
}
