/**
 * Logical names that the profile uses over DLMS. Those of IEC 62056-61 stand for what they stand
 * for anywhere; 0.0.96.50 to 0.0.96.99 are the manufacturer's, and ours (docs/dlms.md).
 */
import type { ParameterKey } from '../../centron-gprs/messages.ts';
import type { AttributeDescriptor } from '../apdu/types.ts';
import type { Obis } from '../obis.ts';

const DATA_CLASS = 1;
const PROFILE_CLASS = 7;
const VALUE = 2;
const CAPTURE_PERIOD = 4;

function data(logicalName: Obis): AttributeDescriptor {
  return { classId: DATA_CLASS, logicalName, attribute: VALUE };
}

function profile(logicalName: Obis, attribute: number): AttributeDescriptor {
  return { classId: PROFILE_CLASS, logicalName, attribute };
}

export const OBJECTS = {
  /** The device's PIN, which is written before anything else and never read. */
  pin: data('0.0.96.50.0.255'),
  metrologyVersion: data('1.0.0.2.0.255'),
  moduleVersion: data('1.2.0.2.0.255'),
  clockSyncEnabled: data('0.0.96.52.0.255'),
  clockLowerMs: data('0.0.96.52.1.255'),
  clockUpperMs: data('0.0.96.52.2.255'),
  clockCycleMs: data('0.0.96.52.3.255'),
  declareAfterMs: data('0.0.96.53.1.255'),
  restoreAfterMs: data('0.0.96.53.2.255'),
  pushEveryMinutes: data('0.0.96.54.0.255'),
  /** Where a host writes what it says to a push. */
  hostAnswer: data('0.0.96.55.0.255'),
  rssiDbm: data('0.0.96.56.0.255'),
  eventFirstCode: data('0.0.96.57.0.255'),
  eventLastCode: data('0.0.96.57.1.255'),
  eventAtLeast: data('0.0.96.57.2.255'),
  eventWithinMs: data('0.0.96.57.3.255'),
  eventResetsCounter: data('0.0.96.57.4.255'),
  capturePeriod: profile('1.0.99.1.0.255', CAPTURE_PERIOD),
  newestIntervals: profile('1.0.99.2.0.255', VALUE),
} as const satisfies Readonly<Record<string, AttributeDescriptor>>;

/** Parameters of the customer's configuration server. */
export const PARAMETER_OBJECTS: Readonly<Record<ParameterKey, AttributeDescriptor>> = {
  apn: data('0.0.96.51.0.255'),
  'tms-address': data('0.0.96.51.1.255'),
  'tms-port': data('0.0.96.51.2.255'),
  'tms-ap-title': data('0.0.96.51.3.255'),
  customer: data('0.0.96.51.4.255'),
  'registration-retry-s': data('0.0.96.51.5.255'),
};

export function isSameAttribute(one: AttributeDescriptor, other: AttributeDescriptor): boolean {
  return (
    one.classId === other.classId &&
    one.attribute === other.attribute &&
    one.logicalName === other.logicalName
  );
}
