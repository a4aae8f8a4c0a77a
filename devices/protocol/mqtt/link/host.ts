/** The profile over MQTT at a host, which speaks and hears under its own level of the topics. */
import { CodecError } from '../../bytes/codec-error.ts';
import type {
  HeardByHost,
  HostLanguage,
  HostRefusal,
  KnownMeters,
  LinkedMeter,
  Numbers,
} from '../../centron-gprs/language.ts';
import type { Transaction, UplinkAnswer, UplinkKind } from '../../centron-gprs/messages.ts';
import { expandPayload } from '../compression.ts';
import {
  decodeTransactionAnswer,
  decodeUplink,
  encodeTransaction,
  encodeUplinkAnswer,
} from '../messages.ts';
import { answerableAs, decodePayload, encodePayload } from '../payload.ts';
import { decodePublish } from '../publish.ts';
import { type MessageTopic, parseTopic, type Server } from '../topics.ts';
import { type MqttAccount, published } from './account.ts';

type UplinkTopic = MessageTopic & { readonly direction: 'up' };

/** MQTT as a host speaks it. */
export class MqttHostLanguage implements HostLanguage {
  readonly numbersBelow = 2 ** 32;
  readonly #server: Server;
  readonly #account: MqttAccount;

  constructor(server: Server, account: MqttAccount) {
    this.#server = server;
    this.#account = account;
  }

  open<M extends LinkedMeter>(
    bytes: Uint8Array,
    meters: KnownMeters<M>,
  ): HeardByHost<M> | HostRefusal {
    try {
      const { topic: text, payload } = decodePublish(bytes);
      const { root, customer } = this.#account;
      const topic = parseTopic(root, text);
      if (topic.direction !== 'up' || topic.server !== this.#server) return 'malformed';
      const meter = meters.bySerial(topic.serial);
      if (meter === undefined || topic.customer !== customer) return 'unknownMeter';
      return this.#heard(meter, topic, payload);
    } catch (error) {
      if (error instanceof CodecError) return 'malformed';
      throw error;
    }
  }

  check(transaction: Transaction): void {
    encodeTransaction(transaction);
  }

  sealRequest(
    meter: LinkedMeter,
    transaction: Transaction,
    pin: Uint8Array,
    { number, counter }: Numbers,
  ): Uint8Array {
    const again = number === counter ? {} : { repeats: number };
    const head = { number: counter, ...again, pin };
    const payload = encodePayload(head, encodeTransaction(transaction), this.#account.encoding);
    return this.#publish(meter, transaction.kind, payload, counter);
  }

  #heard<M extends LinkedMeter>(
    meter: M,
    { kind }: UplinkTopic,
    bytes: Uint8Array,
  ): HeardByHost<M> {
    const payload = decodePayload(bytes);
    const { number: counter, answers, body } = payload;
    if (kind === 'response') {
      if (answers === undefined) throw new CodecError('response: what it answers is missing');
      // Every transaction carries the PIN of the device properties. PRV-05
      const read = (asked: Transaction['kind']) => decodeTransactionAnswer(asked, body, true);
      return { kind: 'answer', meter, counter, answers, read };
    }
    const seal = (said: UplinkKind, answer: UplinkAnswer, own: number): Uint8Array => {
      const head = { number: own, answers: answerableAs(payload) };
      const written = encodeUplinkAnswer(said, answer);
      const sealed = encodePayload(head, written, this.#account.encoding);
      return this.#publish(meter, 'answer', sealed, own);
    };
    return {
      kind: 'uplink',
      meter,
      counter,
      read: () => ({
        uplink: decodeUplink(kind, body),
        saidBytes: expandPayload(bytes).length,
        sentBytes: bytes.length,
      }),
      wantsAnswer: () => kind !== 'heartbeat',
      seal,
      sealRefusal: (_error, own) => seal(kind, { outcome: 'refused', code: 'err' }, own),
    };
  }

  #publish(
    { entry }: LinkedMeter,
    kind: Transaction['kind'] | 'answer',
    payload: Uint8Array,
    number: number,
  ): Uint8Array {
    const to = { serial: entry.serial, direction: 'down', server: this.#server, kind } as const;
    return published(this.#account, to, payload, number);
  }
}
