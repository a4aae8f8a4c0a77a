/**
 * One PUBLISH of MQTT 3.1.1 (3.3), QoS 1: for ways that carry bytes and know no topics. The packets
 * of a connection are made by the client that holds it.
 */
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet';
import { messageOf } from '../../domain/error-text.ts';
import { CodecError } from '../bytes/codec-error.ts';

export interface Publish {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** 1 to 65535; of one hop, and used again: it tells no duplicate message from another. */
  readonly packetId: number;
  /** It was sent before, on this hop. */
  readonly isDuplicate: boolean;
}

const PACKET_ID_MAX = 0xffff;

/** A packet id for a message number, which never is 0 (2.3.1). */
export function packetIdFor(number: number): number {
  return (number % PACKET_ID_MAX) + 1;
}

/** @throws CodecError when the topic cannot be published to, or the packet id is none */
export function encodePublish({ topic, payload, packetId, isDuplicate }: Publish): Uint8Array {
  checkTopic(topic);
  if (!Number.isInteger(packetId) || packetId < 1 || packetId > PACKET_ID_MAX) {
    throw new CodecError(`packet id: 1 to ${PACKET_ID_MAX} wanted, ${packetId} found`);
  }
  const packet: IPublishPacket = {
    cmd: 'publish',
    qos: 1,
    retain: false,
    dup: isDuplicate,
    topic,
    messageId: packetId,
    payload: Buffer.from(payload),
  };
  return new Uint8Array(generate(packet));
}

/** Reads exactly one packet. @throws CodecError when it is no PUBLISH of the profile */
export function decodePublish(bytes: Uint8Array): Publish {
  const [packet] = packetsOf(bytes);
  if (packet?.cmd !== 'publish') {
    throw new CodecError(`PUBLISH: ${packet?.cmd ?? 'no whole packet'} found`);
  }
  const { qos, retain, dup, topic, messageId = 0, payload } = packet;
  if (qos !== 1 || retain) throw new CodecError('PUBLISH: QoS 1 without retain wanted');
  const publish = {
    topic,
    payload: new Uint8Array(Buffer.from(payload)),
    packetId: messageId,
    isDuplicate: dup,
  };
  // What follows, and a length in more bytes than it needs, shows when it is written again.
  if (Buffer.compare(encodePublish(publish), bytes) !== 0) {
    throw new CodecError('PUBLISH: exactly one packet in its only form wanted');
  }
  return publish;
}

/** The library tells of packets and errors by events, before `parse` returns. */
function packetsOf(bytes: Uint8Array): Packet[] {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion: 4 });
  reader.on('packet', (packet: Packet) => packets.push(packet));
  reader.on('error', (error: unknown) => {
    throw new CodecError(`PUBLISH: ${messageOf(error)}`);
  });
  try {
    reader.parse(Buffer.from(bytes));
  } catch (error) {
    // Its readers of fields run beyond the end of some packets.
    throw error instanceof CodecError ? error : new CodecError(`PUBLISH: ${messageOf(error)}`);
  }
  return packets;
}

/** A name, which no wildcard is (3.3.2.1), and is no longer than its length can tell. */
function checkTopic(topic: string): void {
  if (topic === '' || /[+#\p{Cc}\p{Cs}\ufffd]/u.test(topic) || Buffer.byteLength(topic) > 0xffff) {
    throw new CodecError('PUBLISH: a topic without wildcards and controls wanted');
  }
}
