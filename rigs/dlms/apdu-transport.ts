import { NS_PER_MS } from '../../devices/domain/time.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { APDU_TAGS } from '../../devices/protocol/dlms/apdu/tags.ts';

/** A way from a DLMS client to one server, whatever carries it. */
export interface ApduTransport {
  /** For messages: "tcp 127.0.0.1:4059". */
  readonly name: string;
  /**
   * Sends an APDU and waits for the one that comes. Calls wait for each other.
   * @param apdu null to send nothing: one more is awaited
   * @throws BenchError 'rig' that names what was awaited, for how long, and what came instead
   */
  exchange(apdu: Uint8Array | null, timeoutMs: number): Promise<Uint8Array>;
  /**
   * Sends an APDU that has no answer.
   * @throws BenchError 'rig' when it cannot be sent
   */
  send(apdu: Uint8Array, timeoutMs: number): Promise<void>;
  /** APDUs that nobody awaits: pushes. One listener. */
  listen(listener: (apdu: Uint8Array) => void): void;
  /** Tells once, with the reason, when the way is gone without having been closed by us. */
  onLost(listener: (reason: string) => void): void;
  close(): Promise<void>;
}

/** What a transport found wrong with the far end and bore. */
export interface TransportFinding {
  readonly name: 'swapped-saps' | 'closed-without-answer';
  /** For people. */
  readonly detail: string;
}

const NOTIFICATIONS: ReadonlySet<number> = new Set([
  APDU_TAGS['data-notification'],
  APDU_TAGS['event-notification'],
]);

/** Whether an APDU answers nothing, by its tag. What is ciphered does not show that. */
export function isNotification(apdu: Uint8Array): boolean {
  return NOTIFICATIONS.has(apdu[0] ?? 0);
}

/** What an APDU is, for people: "get-request, 13 octets". Of a ciphered one its tag alone is known. */
export function apduText(apdu: Uint8Array): string {
  const [tag] = apdu;
  if (tag === undefined) return 'no octets';
  const name = Object.entries(APDU_TAGS).find(([, known]) => known === tag)?.[0];
  return `${name ?? `APDU ${tag.toString(16).padStart(2, '0')}`}, ${apdu.length} octets`;
}

/** "awaited the answer to get-request, 13 octets, for 2 s". */
export function awaitedText(apdu: Uint8Array | null, timeoutMs: number): string {
  const what = apdu === null ? 'one more APDU' : `the answer to ${apduText(apdu)},`;
  return `awaited ${what} for ${formatDurationNs(timeoutMs * NS_PER_MS)}`;
}
