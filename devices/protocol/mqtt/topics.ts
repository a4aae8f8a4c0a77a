/**
 * Who speaks to whom of what, as a topic. A level names the server, so that a broker's access list
 * can tell who may speak for it, as the calling title does in C12.22:
 *
 *     <root>/<customer>/<serial>/up/<server>/<uplink kind or "response">
 *     <root>/<customer>/<serial>/down/<server>/<transaction kind or "answer">
 *     <root>/<customer>/<serial>/connection
 */
import { TRANSACTION_KINDS, type TransactionKind } from '../../domain/northbound.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { UPLINK_ADDRESSEE, type UplinkKind } from '../centron-gprs/messages.ts';

export const SERVERS = ['head-end', 'configuration-server'] as const;
export type Server = (typeof SERVERS)[number];

/** A meter at its broker. */
export interface MeterAddress {
  /** Of the account that the meter has there: it is known before any parameter is written. */
  readonly customer: string;
  readonly serial: string;
}

/** What a topic of a message says. */
export type MessageTopic = MeterAddress & { readonly server: Server } & (
    | { readonly direction: 'up'; readonly kind: UplinkKind | 'response' }
    | { readonly direction: 'down'; readonly kind: TransactionKind | 'answer' }
  );

const LEVEL_LENGTH_MAX = 64;
const UPLINK_KINDS = Object.keys(UPLINK_ADDRESSEE) as readonly UplinkKind[];

/**
 * One level: nothing that separates levels or stands for others (MQTT 3.1.1, 4.7.1), no control
 * character, no half of a surrogate pair (1.5.3), and no `$`, which is the broker's own (4.7.2).
 * @throws CodecError; the level is in no error, it may be anything
 */
function checkedLevel(name: string, level: string): string {
  if (level.length > LEVEL_LENGTH_MAX || !/^[^+#/$\p{Cc}\p{Cs}]+$/u.test(level)) {
    throw new CodecError(
      `${name}: 1 to ${LEVEL_LENGTH_MAX} characters without + # / $ and controls wanted`,
    );
  }
  return level;
}

/** The root may have several levels. @throws CodecError */
function checkedRoot(root: string): string {
  for (const level of root.split('/')) checkedLevel('root', level);
  return root;
}

function baseOf(root: string, { customer, serial }: MeterAddress): string {
  return [
    checkedRoot(root),
    checkedLevel('customer', customer),
    checkedLevel('serial', serial),
  ].join('/');
}

/** @throws CodecError when a level is none, or the uplink is for the other server */
export function makeTopic(root: string, topic: MessageTopic): string {
  checkServer(topic);
  return [baseOf(root, topic), topic.direction, topic.server, topic.kind].join('/');
}

/** @throws CodecError when it is no topic of a message under this root */
export function parseTopic(root: string, text: string): MessageTopic {
  const levels = levelsBelow(root, text);
  const [customer = '', serial = '', direction, serverName, kindName, ...beyond] = levels;
  const server = SERVERS.find((one) => one === serverName);
  if (server === undefined || beyond.length > 0) throw notOfProfile();
  const address = {
    customer: checkedLevel('customer', customer),
    serial: checkedLevel('serial', serial),
    server,
  };
  if (direction === 'up') {
    const kind = [...UPLINK_KINDS, 'response' as const].find((one) => one === kindName);
    if (kind === undefined) throw notOfProfile();
    const topic: MessageTopic = { ...address, direction, kind };
    checkServer(topic);
    return topic;
  }
  const kind = [...TRANSACTION_KINDS, 'answer' as const].find((one) => one === kindName);
  if (direction !== 'down' || kind === undefined) throw notOfProfile();
  return { ...address, direction, kind };
}

function levelsBelow(root: string, text: string): string[] {
  const above = `${checkedRoot(root)}/`;
  if (!text.startsWith(above)) throw notOfProfile();
  return text.slice(above.length).split('/');
}

function notOfProfile(): CodecError {
  return new CodecError('topic: none of the profile under this root');
}

/** Either server may ask and is answered; each uplink has one that it is for. */
function checkServer({ direction, kind, server }: MessageTopic): void {
  if (direction === 'down' || kind === 'response' || UPLINK_ADDRESSEE[kind] === server) return;
  throw new CodecError(`topic: ${kind} is for the ${UPLINK_ADDRESSEE[kind]}`);
}

/** Where the broker says whether a meter's session is connected, at the meter's own request. */
export function connectionTopic(root: string, address: MeterAddress): string {
  return `${baseOf(root, address)}/connection`;
}

/** Whose connection a topic is about; null when it is about none. @throws CodecError for a bad root */
export function connectionOf(root: string, text: string): MeterAddress | null {
  if (!text.startsWith(`${checkedRoot(root)}/`)) return null;
  const [customer = '', serial = '', last, ...beyond] = levelsBelow(root, text);
  if (last !== 'connection' || beyond.length > 0) return null;
  return {
    customer: checkedLevel('customer', customer),
    serial: checkedLevel('serial', serial),
  };
}

/** Filters of subscriptions and access lists. All throw CodecError for what is no level. */
export const filters = {
  /** What a meter hears. */
  toMeter: (root: string, address: MeterAddress) => `${baseOf(root, address)}/down/#`,
  /** What a meter says. */
  fromMeter: (root: string, address: MeterAddress) => `${baseOf(root, address)}/up/#`,
  /** What a server hears, of all meters. */
  toServer: (root: string, server: Server) => `${checkedRoot(root)}/+/+/up/${server}/#`,
  /** What a server says, to all meters. */
  fromServer: (root: string, server: Server) => `${checkedRoot(root)}/+/+/down/${server}/#`,
  /** The connections of all meters. */
  connections: (root: string) => `${checkedRoot(root)}/+/+/connection`,
} as const;
