import type { Message, MessageKind } from '../../devices/domain/message.ts';
import type { EaxPrimeCipher } from '../../devices/protocol/c12-22/eax-prime.ts';
import { openApdu } from '../../devices/protocol/c12-22/secure-apdu.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { expandServices } from '../../devices/protocol/centron-gprs/compression.ts';
import type { Uplink } from '../../devices/protocol/centron-gprs/messages.ts';
import { decodeUplink } from '../../devices/protocol/centron-gprs/uplink.ts';

/**
 * What an APDU of the module says, for a tap that sits where it reaches its servers; null for an answer
 * to a transaction, and for what is no authentic message of the profile: the head-end counts that.
 */
export function messageIn(
  bytes: Uint8Array,
  cipherOf: (keyId: number) => EaxPrimeCipher | undefined,
): Message | null {
  try {
    const opened = openApdu(bytes, { cipher: cipherOf });
    if (opened.outcome !== 'good' || opened.apdu.calledInvocation !== undefined) return null;
    return messageOfUplink(decodeUplink(expandServices(opened.content.services)));
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

function said(kind: MessageKind, fields: Message['fields']): Message {
  return { kind, fields };
}

function messageOfUplink(uplink: Uplink): Message {
  switch (uplink.kind) {
    case 'heartbeat':
    case 'clock-reference-request':
      return said(uplink.kind, { sequenceNumber: uplink.sequenceNumber });
    case 'clock-deviation':
      return said(uplink.kind, { deviationNs: uplink.deviationNs });
    case 'last-gasp': {
      const { outageNumber, lostAtMs } = uplink;
      return said(uplink.kind, { outageNumber, lostAtMs });
    }
    case 'restoration': {
      const { outageNumber, restoredAtMs } = uplink;
      return said(uplink.kind, { outageNumber, restoredAtMs });
    }
    case 'registration':
    case 'registration-confirmed':
      return said(uplink.kind, { registrationNumber: uplink.registrationNumber });
    case 'auto-configuration':
      return said(uplink.kind, {});
    case 'event-alarm': {
      const { eventCode, occurredAtMs } = uplink;
      return said(uplink.kind, { eventCode, occurredAtMs });
    }
    case 'interval-report': {
      const { endMinutes, pulses } = uplink.block;
      return said(uplink.kind, { endMinutes, intervals: pulses.length });
    }
  }
}
