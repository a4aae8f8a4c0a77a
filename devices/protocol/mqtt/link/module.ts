/**
 * The profile over MQTT at the module: one PUBLISH is one message. Nothing in a message is secret to
 * its broker: TLS protects each hop, and the broker's access list says who may speak for whom.
 */
import { CodecError } from '../../bytes/codec-error.ts';
import type {
  HeardByModule,
  LinkRefusal,
  ModuleEnds,
  ModuleLanguage,
  Numbers,
  SealedUplink,
  Worthwhile,
} from '../../centron-gprs/language.ts';
import {
  type TransactionAnswer,
  type Uplink,
  UPLINK_ADDRESSEE,
} from '../../centron-gprs/messages.ts';
import type { TransactionKind } from '../../../domain/northbound.ts';
import { compressPayload } from '../compression.ts';
import {
  decodeTransaction,
  decodeUplinkAnswer,
  encodeTransactionAnswer,
  encodeUplink,
} from '../messages.ts';
import { answerableAs, decodePayload, encodePayload, type ReceivedPayload } from '../payload.ts';
import { decodePublish } from '../publish.ts';
import { type MessageTopic, parseTopic } from '../topics.ts';
import { type MqttAccount, published } from './account.ts';

type Downlink = MessageTopic & { readonly direction: 'down' };

/** MQTT as modules speak it. */
export class MqttModuleLanguage implements ModuleLanguage {
  readonly numbersBelow = 2 ** 32;
  readonly #account: MqttAccount;

  constructor(account: MqttAccount) {
    this.#account = account;
  }

  sealUplink(
    { serial }: ModuleEnds,
    uplink: Uplink,
    { number, counter }: Numbers,
    worthwhile: Worthwhile | null,
  ): SealedUplink {
    const { kind } = uplink;
    const head = { number: counter, repeats: number };
    const said = encodePayload(head, encodeUplink(uplink), this.#account.encoding);
    const sent = worthwhile === null ? said : compressPayload(said, worthwhile);
    const to = { serial, direction: 'up', server: UPLINK_ADDRESSEE[kind], kind } as const;
    const bytes = published(this.#account, to, sent, counter);
    return { bytes, saidBytes: said.length, sentBytes: sent.length };
  }

  /** MQTT's word for it, DISCONNECT, belongs to the connection. */
  sealDeparture(): null {
    return null;
  }

  open(ends: ModuleEnds, bytes: Uint8Array): HeardByModule | LinkRefusal {
    try {
      const { topic: text, payload } = decodePublish(bytes);
      const { root, customer } = this.#account;
      const topic = parseTopic(root, text);
      if (topic.direction !== 'down') return 'unknown';
      if (topic.customer !== customer || topic.serial !== ends.serial) return 'unknown';
      return this.#heard(ends, topic, decodePayload(payload));
    } catch (error) {
      if (error instanceof CodecError) return 'malformed';
      throw error;
    }
  }

  #heard(ends: ModuleEnds, topic: Downlink, payload: ReceivedPayload): HeardByModule {
    const { server: from, kind } = topic;
    const { number: counter, answers, body, pin = null } = payload;
    if (kind === 'answer') {
      if (answers === undefined) throw new CodecError('answer: what it answers is missing');
      const read = (uplink: Uplink['kind']) => decodeUplinkAnswer(uplink, body);
      return { kind: 'answer', from, counter, answers, read };
    }
    const seal = (
      asked: TransactionKind,
      answer: TransactionAnswer,
      hadPin: boolean,
      numbers: Numbers,
    ): Uint8Array => {
      const head = { number: numbers.counter, answers: answerableAs(payload) };
      const said = encodeTransactionAnswer(asked, answer, hadPin);
      const to = { serial: ends.serial, direction: 'up', server: from, kind: 'response' } as const;
      const bytes = encodePayload(head, said, this.#account.encoding);
      return published(this.#account, to, bytes, numbers.counter);
    };
    return {
      kind: 'request',
      from,
      counter,
      read: () => ({ transaction: decodeTransaction(kind, body), pin }),
      wantsAnswer: () => true,
      seal,
      sealRefusal: (_error, numbers) => seal(kind, MALFORMED, false, numbers),
    };
  }
}

const MALFORMED: TransactionAnswer = { outcome: 'refused', code: 'err', wrongPin: false };
