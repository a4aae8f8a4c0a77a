/** Meters of ours at a head-end that has topics and payloads of its own. */
import jsonata from 'jsonata';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { fromHex } from '../../devices/protocol/bytes/hex.ts';
import type { MqttAccount } from '../../devices/protocol/mqtt/link/account.ts';
import { type Body, decodePayload, encodePayload } from '../../devices/protocol/mqtt/payload.ts';
import { decodePublish } from '../../devices/protocol/mqtt/publish.ts';
import {
  filters,
  makeTopic,
  type MessageTopic,
  parseTopic,
  SERVERS,
} from '../../devices/protocol/mqtt/topics.ts';
import { messageOf } from '../../devices/domain/error-text.ts';
import { issuesOf } from '../head-end/northbound-schema.ts';
import { type MappingFile, toldMeter } from './mapping-file.ts';
import { MqttSession } from './session.ts';
import { brokerFor, type BrokerPlace } from './tls-folder.ts';

export interface BridgeOptions {
  readonly mapping: MappingFile;
  readonly account: MqttAccount;
  /** The broker of the meters, and that of the head-end; one broker may be both. */
  readonly meters: BrokerPlace;
  readonly headEnd: BrokerPlace;
  /** From 1 up, and never the same twice: meters take each number once. */
  readonly nextNumber: () => number;
  /** A message that could not be passed on, with the reason; nothing of its payload is told. */
  readonly onRefused: (what: string) => void;
}

export interface BridgeCounts {
  up: number;
  down: number;
  /** Messages for which no rule stands. */
  unmapped: number;
  refused: number;
}

/** Passes messages on in both directions, in the order in which they came, until it is closed. */
export class MqttBridge {
  readonly counts: BridgeCounts = { up: 0, down: 0, unmapped: 0, refused: 0 };
  readonly #options: BridgeOptions;
  #meters: MqttSession | null = null;
  #headEnd: MqttSession | null = null;
  #passing: Promise<void> = Promise.resolve();

  private constructor(options: BridgeOptions) {
    this.#options = options;
  }

  /** @throws BenchError when a broker does not let it in */
  static async open(options: BridgeOptions): Promise<MqttBridge> {
    const bridge = new MqttBridge(options);
    const { mapping, account, meters, headEnd } = options;
    const clientId = `bridge-${account.root.replaceAll('/', '-')}`;
    bridge.#headEnd = await MqttSession.open({
      broker: brokerFor(headEnd, `${clientId}-head-end`),
      clientId: `${clientId}-head-end`,
      subscribe: (mapping.down ?? []).map(({ topic }) => topic),
      onPublish: (bytes) => bridge.#soon(() => bridge.#down(bytes)),
    });
    try {
      bridge.#meters = await MqttSession.open({
        broker: brokerFor(meters, `${clientId}-meters`),
        clientId: `${clientId}-meters`,
        subscribe: SERVERS.map((server) => filters.toServer(account.root, server)),
        onPublish: (bytes) => bridge.#soon(() => bridge.#up(bytes)),
      });
    } catch (error) {
      await bridge.close();
      throw error;
    }
    return bridge;
  }

  async close(): Promise<void> {
    await this.#passing;
    await this.#meters?.close();
    await this.#headEnd?.close();
  }

  #soon(pass: () => Promise<void>): void {
    this.#passing = this.#passing.then(pass).catch((error: unknown) => {
      this.counts.refused += 1;
      this.#options.onRefused(messageOf(error));
    });
  }

  async #up(bytes: Uint8Array): Promise<void> {
    const { mapping, account } = this.#options;
    const published = decodePublish(bytes);
    const topic = parseTopic(account.root, published.topic);
    const rule = mapping.up.find(({ of }) => of.some((kind) => kind === topic.kind));
    if (rule === undefined) {
      this.counts.unmapped += 1;
      return;
    }
    const { number: n, answers, body } = decodePayload(published.payload);
    const { serial, customer, server, kind } = topic;
    const said = { serial, customer, server, kind, n, answers, body: plainOf(body) };
    const to: unknown = await jsonata(rule.topic).evaluate(said);
    if (typeof to !== 'string') throw new CodecError(`up ${kind}: its topic is no text`);
    const payload: unknown = await jsonata(rule.payload).evaluate(said);
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    await this.#headEnd?.say(to, Buffer.from(text));
    this.counts.up += 1;
  }

  async #down(bytes: Uint8Array): Promise<void> {
    const { mapping, account, nextNumber } = this.#options;
    const { topic, payload } = decodePublish(bytes);
    const text = Buffer.from(payload).toString('utf8');
    const said = { topic, levels: topic.split('/'), payload: jsonOf(text) ?? text };
    for (const { topic: filter, message } of mapping.down ?? []) {
      if (!matches(filter, topic)) continue;
      const made: unknown = await jsonata(message).evaluate(said);
      if (made === undefined || made === null) continue;
      const told = toldMeter.safeParse(JSON.parse(JSON.stringify(made)));
      if (!told.success) throw new CodecError(`down ${filter}: ${issuesOf(told.error)}`);
      const { serial, server, kind, answers, pin, body } = told.data;
      const place = {
        customer: account.customer,
        serial,
        server,
        direction: 'down',
        kind,
      } as const;
      const head = {
        number: nextNumber(),
        ...(answers !== undefined && { answers }),
        ...(pin !== undefined && { pin: fromHex(pin) }),
      };
      const to = makeTopic(account.root, place satisfies MessageTopic);
      await this.#meters?.say(to, encodePayload(head, body as Body, account.encoding));
      this.counts.down += 1;
      return;
    }
    this.counts.unmapped += 1;
  }
}

/** Maps as they were decoded become objects, which JSONata knows. */
function plainOf(value: unknown): unknown {
  if (value instanceof Map) {
    const entries = [...(value as Map<string, unknown>)];
    return Object.fromEntries(entries.map(([name, member]) => [name, plainOf(member)]));
  }
  return Array.isArray(value) ? (value as unknown[]).map(plainOf) : value;
}

/** Whether a topic falls under a filter (MQTT 3.1.1, 4.7). */
export function matches(filter: string, topic: string): boolean {
  const [wanted, found] = [filter.split('/'), topic.split('/')];
  for (const [place, level] of wanted.entries()) {
    if (level === '#') return true;
    if (level !== '+' && level !== found[place]) return false;
  }
  return wanted.length === found.length;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
