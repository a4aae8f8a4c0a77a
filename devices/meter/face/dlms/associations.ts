import { conformanceOf, LOGICAL_NAME_SERVICES } from '../../../protocol/dlms/conformance.ts';
import type { AssociationProfile } from '../../../protocol/dlms/cosem/host.ts';

/**
 * The three associations that a meter offers, under the client SAPs of the Gurux example servers
 * and of GXF: public for the name, the clock and the counter, a reader, and management.
 */

export const SECURITY_SETUP = '0.0.43.0.0.255';

const READING = conformanceOf(
  'get',
  'selective-access',
  'multiple-references',
  'block-transfer-with-get-or-read',
);

const PUBLIC: AssociationProfile = {
  clientSap: 16,
  role: 'public',
  authentication: 'lowest',
  ciphered: false,
  conformance: READING,
  logicalName: '0.0.40.0.1.255',
  securitySetup: null,
};

const READER: AssociationProfile = {
  clientSap: 17,
  role: 'reader',
  authentication: 'low',
  ciphered: false,
  conformance: READING,
  logicalName: '0.0.40.0.2.255',
  securitySetup: null,
};

const MANAGEMENT: AssociationProfile = {
  clientSap: 1,
  role: 'management',
  authentication: 'high-gmac',
  ciphered: true,
  conformance: LOGICAL_NAME_SERVICES | conformanceOf('general-protection'),
  logicalName: '0.0.40.0.3.255',
  securitySetup: SECURITY_SETUP,
};

/** Management that proves itself with its keys, and then speaks in the clear. */
const CLEAR_MANAGEMENT: AssociationProfile = {
  ...MANAGEMENT,
  ciphered: false,
  conformance: LOGICAL_NAME_SERVICES,
};

const CIPHERED = [PUBLIC, READER, MANAGEMENT];
const CLEAR = [PUBLIC, READER, CLEAR_MANAGEMENT];

/** @param managementCiphered HLS alone is a setting of some meters, for a bench only */
export function associationsOf(managementCiphered: boolean): readonly AssociationProfile[] {
  return managementCiphered ? CIPHERED : CLEAR;
}
