import { encodePublish, packetIdFor } from '../publish.ts';
import type { Encoding } from '../texts.ts';
import { makeTopic, type MessageTopic } from '../topics.ts';

/** What meters and servers of one customer agree on at their broker. */
export interface MqttAccount {
  /** First levels of every topic. */
  readonly root: string;
  readonly customer: string;
  /** What is written; both are read. */
  readonly encoding: Encoding;
}

type WithoutCustomer<T> = T extends unknown ? Omit<T, 'customer'> : never;

/** A message as the bytes of one PUBLISH. */
export function published(
  { root, customer }: MqttAccount,
  to: WithoutCustomer<MessageTopic>,
  payload: Uint8Array,
  number: number,
): Uint8Array {
  const topic = makeTopic(root, { ...to, customer });
  return encodePublish({ topic, payload, packetId: packetIdFor(number), isDuplicate: false });
}
