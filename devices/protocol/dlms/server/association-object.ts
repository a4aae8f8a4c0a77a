/**
 * Association LN (class 15, version 1): the association tells of itself. 0.0.40.0.0.255 is always
 * the one that is asked through; the same is seen under its own name 0.0.40.0.n.255 (libraries use
 * either: u9n/dlms-cosem issue 70).
 */
import type { Selection } from '../apdu/types.ts';
import type { AssociationProfile, Authentication, ObjectInfo } from '../cosem/host.ts';
import { type Data, number, octetString, structure } from '../data.ts';
import { type Obis, obisBytes } from '../obis.ts';
import type { DataRefusal } from '../result.ts';
import { DLMS_VERSION, type Negotiated } from './negotiation.ts';
import { LIST_SELECTORS, objectList } from './object-list.ts';

export const ASSOCIATION_CLASS = 15;
export const CURRENT_ASSOCIATION: Obis = '0.0.40.0.0.255';
export const OBJECT_LIST = 2;
export const REPLY_TO_HLS = 1;
export const CHANGE_HLS_SECRET = 2;

const VERSION = 1;
/** association_status: 0 none, 1 pending, 2 associated. Nobody else can ask. */
const ASSOCIATED = 2;

/** Object identifiers as they travel, without their last number: joint-iso-ccitt … 2.16.756.5.8. */
const CONTEXT_NAME = [0x60, 0x85, 0x74, 5, 8, 1];
const MECHANISM_NAME = [0x60, 0x85, 0x74, 5, 8, 2];
const MECHANISMS: Readonly<Record<Authentication, number>> = {
  lowest: 0,
  low: 1,
  'high-gmac': 5,
};

/** The association under both of its names, as it stands in its own object list. */
export function associationObjects(association: AssociationProfile): readonly ObjectInfo[] {
  const isHigh = association.authentication === 'high-gmac';
  return [CURRENT_ASSOCIATION, association.logicalName].map((logicalName) => ({
    classId: ASSOCIATION_CLASS,
    version: VERSION,
    logicalName,
    attributes: [
      { attribute: OBJECT_LIST, access: 'read', selectors: LIST_SELECTORS },
      ...[3, 4, 5, 6].map((attribute) => ({ attribute, access: 'read', selectors: [] }) as const),
      // The secret: nobody reads it, and keys and passwords are changed elsewhere.
      { attribute: 7, access: 'none', selectors: [] },
      ...[8, 9].map((attribute) => ({ attribute, access: 'read', selectors: [] }) as const),
    ],
    methods: [
      { method: REPLY_TO_HLS, access: isHigh },
      { method: CHANGE_HLS_SECRET, access: isHigh && association.securitySetup !== null },
      { method: 3, access: false },
      { method: 4, access: false },
    ],
  }));
}

export interface AssociationView {
  readonly association: AssociationProfile;
  readonly serverSap: number;
  readonly negotiated: Negotiated;
  readonly objects: readonly ObjectInfo[];
  /** Longest APDU that the server takes, octets. */
  readonly maxReceivePduSize: number;
}

/** One of the attributes 2 to 9 that may be read. */
export function readAssociation(
  view: AssociationView,
  attribute: number,
  selection: Selection | null,
): Data | DataRefusal {
  const { association, negotiated } = view;
  switch (attribute) {
    case OBJECT_LIST:
      return objectList(view.objects, selection);
    case 3:
      return structure(
        number('integer', association.clientSap),
        number('long-unsigned', view.serverSap),
      );
    case 4:
      return octetString(Uint8Array.of(...CONTEXT_NAME, association.ciphered ? 3 : 1));
    case 5:
      return structure(
        { type: 'bit-string', bits: negotiated.conformance.toString(2).padStart(24, '0') },
        number('long-unsigned', view.maxReceivePduSize),
        number('long-unsigned', negotiated.clientMaxReceivePduSize),
        number('unsigned', DLMS_VERSION),
        number('integer', 0),
        octetString(new Uint8Array()),
      );
    case 6:
      return octetString(Uint8Array.of(...MECHANISM_NAME, MECHANISMS[association.authentication]));
    case 8:
      return number('enum', ASSOCIATED);
    case 9: {
      const { securitySetup } = association;
      return octetString(securitySetup === null ? new Uint8Array() : obisBytes(securitySetup));
    }
    default:
      return 'read-write-denied';
  }
}
