/** What a network must see of a datagram, without opening it. */
import type { LanguageName } from '../../devices/domain/language.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { decodeWpdu } from '../../devices/protocol/dlms/wrapper.ts';
import { LINK_SAPS, sapOfIndex } from '../../devices/protocol/dlms/link/saps.ts';
import { decodePublish } from '../../devices/protocol/mqtt/publish.ts';
import { type MessageTopic, parseTopic } from '../../devices/protocol/mqtt/topics.ts';
import { testIndexOf } from '../../devices/domain/identity.ts';
import { routeOf } from './apdu-route.ts';
import { meterIndexOf } from '../head-end/test-keys.ts';
import { TEST_ACCOUNT } from '../head-end/test-language.ts';

export interface DatagramRoute {
  /** Whether it answers another one. */
  isAnswer(bytes: Uint8Array): boolean;
  /**
   * Which meter a server's datagram is for, of so many from a first one on; undefined for none of
   * them.
   */
  meterIndexOf(bytes: Uint8Array, firstIndex: number, count: number): number | undefined;
}

const C12_22_ROUTE: DatagramRoute = {
  isAnswer: (bytes) => routeOf(bytes)?.isAnswer ?? false,
  meterIndexOf(bytes, firstIndex, count) {
    const called = routeOf(bytes)?.called ?? null;
    const index = called === null ? undefined : meterIndexOf(called);
    return index !== undefined && index >= firstIndex && index < firstIndex + count
      ? index
      : undefined;
  },
};

/** The wrapper tells both: pushes and their answers have a service access point of their own. */
const DLMS_ROUTE: DatagramRoute = {
  isAnswer(bytes) {
    const wpdu = wpduOf(bytes);
    // What comes from the push client answers a push; what goes to the management client, a request.
    return wpdu?.source === LINK_SAPS.push || wpdu?.destination === LINK_SAPS.management;
  },
  meterIndexOf(bytes, firstIndex, count) {
    const sap = wpduOf(bytes)?.destination;
    if (sap === undefined) return undefined;
    // A gateway's logical devices: a shard has fewer meters than there are access points.
    for (let index = firstIndex; index < firstIndex + count; index += LINK_SAPS.meters) {
      const found = index + ((sap - sapOfIndex(index) + LINK_SAPS.meters) % LINK_SAPS.meters);
      if (found < firstIndex + count) return found;
    }
    return undefined;
  },
};

function wpduOf(bytes: Uint8Array): ReturnType<typeof decodeWpdu> | null {
  try {
    return decodeWpdu(bytes);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

/** The topic tells both. */
const MQTT_ROUTE: DatagramRoute = {
  isAnswer(bytes) {
    const kind = topicOf(bytes)?.kind;
    return kind === 'answer' || kind === 'response';
  },
  meterIndexOf(bytes, firstIndex, count) {
    const serial = topicOf(bytes)?.serial;
    const index = serial === undefined ? undefined : testIndexOf(serial);
    return index !== undefined && index >= firstIndex && index < firstIndex + count
      ? index
      : undefined;
  },
};

function topicOf(bytes: Uint8Array): MessageTopic | null {
  try {
    return parseTopic(TEST_ACCOUNT.root, decodePublish(bytes).topic);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

const ROUTES: Readonly<Record<LanguageName, DatagramRoute>> = {
  'c12-22': C12_22_ROUTE,
  dlms: DLMS_ROUTE,
  mqtt: MQTT_ROUTE,
};

export function datagramRoute(language: LanguageName): DatagramRoute {
  return ROUTES[language];
}
