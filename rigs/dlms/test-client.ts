/** Clients of the test fleet's meters, by the association that they open. */
import { randomBytes } from 'node:crypto';
import { LOGICAL_NAME_SERVICES } from '../../devices/protocol/dlms/conformance.ts';
import type { DlmsClientOptions } from '../../devices/protocol/dlms/client/options.ts';
import { systemTitleOf } from '../../devices/protocol/dlms/security/system-title.ts';
import { testDlmsKeys } from '../head-end/test-keys.ts';

export const CLIENT_ROLES = ['public', 'reader', 'management'] as const;
export type ClientRole = (typeof CLIENT_ROLES)[number];

/** Client SAPs, as the served meter has them. */
export const CLIENT_SAPS: Readonly<Record<ClientRole, number>> = {
  public: 16,
  reader: 17,
  management: 1,
};
export const SERVER_SAP = 1;

const MAX_PDU_OCTETS = 1024;
const CHALLENGE_OCTETS = 16;
const CLIENT_TITLE = systemTitleOf('MBC', 1);

export interface TestClientOptions {
  /** Which meter of the test fleet is asked. */
  readonly index: number;
  /** Of LLS. */
  readonly password: Uint8Array;
  /** Never the same twice under the meter's key. */
  readonly nextCounter: () => number;
}

export function testClient(
  role: ClientRole,
  { index, password, nextCounter }: TestClientOptions,
): DlmsClientOptions {
  const plain: DlmsClientOptions = {
    authentication: { mechanism: 'lowest' },
    security: null,
    ciphering: null,
    conformance: LOGICAL_NAME_SERVICES,
    maxReceivePduSize: MAX_PDU_OCTETS,
  };
  switch (role) {
    case 'public':
      return plain;
    case 'reader':
      return { ...plain, authentication: { mechanism: 'low', password } };
    case 'management': {
      const keys = testDlmsKeys()(index);
      let least = 0;
      return {
        ...plain,
        authentication: {
          mechanism: 'high-gmac',
          challenge: () => new Uint8Array(randomBytes(CHALLENGE_OCTETS)),
        },
        ciphering: { form: 'glo' },
        security: {
          systemTitle: CLIENT_TITLE,
          keys: () => keys,
          nextCounter: () => {
            least = Math.max(least, nextCounter());
            return least++;
          },
          adoptCounter: (expected) => {
            least = Math.max(least, expected);
          },
          lastServerCounter: -1,
          serverTitle: null,
        },
      };
    }
  }
}
