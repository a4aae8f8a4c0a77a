import { testIdentity } from '../../devices/domain/identity.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { decodePublish } from '../../devices/protocol/mqtt/publish.ts';
import { connectionTopic, filters, parseTopic } from '../../devices/protocol/mqtt/topics.ts';
import { TEST_ACCOUNT } from '../head-end/test-language.ts';
import { MqttSession } from '../mqtt/session.ts';
import { brokerFor, type BrokerPlace } from '../mqtt/tls-folder.ts';
import type { Host } from './fleet.ts';
import type { UdpAddress, UdpLinkOptions } from './udp-link.ts';

/** Sessions that are made side by side: a broker takes so many at once. */
const CONNECTS_AT_ONCE = 50;

/** The way between a shard's carrier and the servers over a broker: a session for each meter. */
export class MqttLink {
  /** Of the broker. */
  readonly end: UdpAddress;
  readonly #options: UdpLinkOptions;
  readonly #sessions: readonly MqttSession[];
  readonly #leaving = new Set<Promise<void>>();

  private constructor(options: UdpLinkOptions, end: UdpAddress, sessions: readonly MqttSession[]) {
    this.#options = options;
    this.end = end;
    this.#sessions = sessions;
  }

  /** Opens the sessions. @throws BenchError (head-end) when the broker does not let one in */
  static async open(options: UdpLinkOptions): Promise<MqttLink> {
    const broker = options.hosts['head-end'];
    const sessions: MqttSession[] = [];
    try {
      for (let first = 0; first < options.count; first += CONNECTS_AT_ONCE) {
        const count = Math.min(CONNECTS_AT_ONCE, options.count - first);
        const indexes = Array.from({ length: count }, (_, at) => options.firstIndex + first + at);
        sessions.push(...(await Promise.all(indexes.map((index) => open(broker, index, options)))));
      }
    } catch (error) {
      await Promise.all(sessions.map((session) => session.break()));
      throw error;
    }
    return new MqttLink(options, broker, sessions);
  }

  /** Publishes what a meter says; it has left when the broker has it. */
  toHost(index: number, to: Host, bytes: Uint8Array): void {
    const { scheduler, onCount, onFailure, tap, firstIndex } = this.#options;
    const dueNs = scheduler.nowNs();
    onCount('offered', dueNs);
    tap?.(dueNs, index, 'up', to, bytes);
    const session = this.#sessions[index - firstIndex];
    if (session === undefined) return;
    const leaving: Promise<void> = session
      .publish(bytes)
      .then(() => onCount('achieved', scheduler.nowNs()), onFailure)
      .finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }

  /** Ends the sessions once everything that was said has left. */
  async close(): Promise<void> {
    await Promise.all(this.#leaving);
    await Promise.all(this.#sessions.map((session) => session.close()));
  }
}

async function open(
  broker: BrokerPlace,
  index: number,
  options: UdpLinkOptions,
): Promise<MqttSession> {
  const { serial } = testIdentity(index);
  const { root, customer } = TEST_ACCOUNT;
  const address = { customer, serial };
  const clientId = `${customer}-${serial}`;
  return MqttSession.open({
    broker: brokerFor(broker, clientId),
    clientId,
    subscribe: [filters.toMeter(root, address)],
    connectionTopic: connectionTopic(root, address),
    onPublish: (bytes) => receive(index, bytes, options),
  });
}

function receive(index: number, bytes: Uint8Array, options: UdpLinkOptions): void {
  const { carrier, scheduler, onCount, onFailure, tap } = options;
  const atNs = scheduler.nowNs();
  onCount('received', atNs);
  try {
    const { server } = parseTopic(TEST_ACCOUNT.root, decodePublish(bytes).topic);
    tap?.(atNs, index, 'down', server, bytes);
    carrier.receive(index, carrier.attachOf(index), server, bytes);
  } catch (error) {
    // What is no message of the profile is nobody's.
    if (!(error instanceof CodecError)) onFailure(error);
  }
}
