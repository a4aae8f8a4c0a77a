/** A far end with a handful of objects: what a server needs of a meter, and no more. */
import { fromHex } from '../../../../devices/protocol/bytes/hex.ts';
import type { ActionAnswer, Selection } from '../../../../devices/protocol/dlms/apdu/types.ts';
import { LOGICAL_NAME_SERVICES } from '../../../../devices/protocol/dlms/conformance.ts';
import type {
  AssociationProfile,
  AttributeAccess,
  AttributeInfo,
  CosemCall,
  CosemHost,
  ObjectInfo,
} from '../../../../devices/protocol/dlms/cosem/host.ts';
import {
  array,
  type Data,
  NULL_DATA,
  number,
  octetString,
  structure,
} from '../../../../devices/protocol/dlms/data.ts';
import type { Obis } from '../../../../devices/protocol/dlms/obis.ts';
import type { DataAccessResult, DataRefusal } from '../../../../devices/protocol/dlms/result.ts';
import { createGcmCipher } from '../../../../devices/protocol/dlms/security/gcm.ts';
import type { SecurityKeys } from '../../../../devices/protocol/dlms/security/types.ts';

const SERVER_TITLE = fromHex('4d42480000000001');
export const CLIENT_TITLE = fromHex('4d4d4d0000bc614e');
export const PASSWORD = fromHex('3132333435363738');
/** The Green Book's example keys. */
export const ENCRYPTION_KEY = fromHex('000102030405060708090a0b0c0d0e0f');
export const AUTHENTICATION_KEY = fromHex('d0d1d2d3d4d5d6d7d8d9dadbdcdddedf');

const NAME = '0.0.42.0.0.255';
export const CLOCK = '0.0.1.0.0.255';
export const ENERGY = '1.0.1.8.0.255';
const PROFILE = '1.0.99.1.0.255';
export const NOTE = '0.0.96.50.0.255';
export const SECRET = '0.0.96.51.0.255';
export const RELAY = '0.0.96.3.10.255';
export const ECHO = '0.0.10.0.9.255';
const SETUP = '0.0.43.0.1.255';

function profile(
  clientSap: number,
  role: AssociationProfile['role'],
  authentication: AssociationProfile['authentication'],
  ciphered: boolean,
): AssociationProfile {
  const logicalName: Obis = `0.0.40.0.${clientSap}.255`;
  const securitySetup = ciphered ? SETUP : null;
  const conformance = LOGICAL_NAME_SERVICES;
  return { clientSap, role, authentication, ciphered, conformance, logicalName, securitySetup };
}

/** Client SAPs: the usual three, then low with ciphering and GMAC without. */
export const SAPS = {
  public: 16,
  reader: 17,
  management: 1,
  cipheredReader: 18,
  gmac: 19,
} as const;

const ASSOCIATIONS: readonly AssociationProfile[] = [
  profile(SAPS.public, 'public', 'lowest', false),
  profile(SAPS.reader, 'reader', 'low', false),
  profile(SAPS.management, 'management', 'high-gmac', true),
  profile(SAPS.cipheredReader, 'reader', 'low', true),
  profile(SAPS.gmac, 'management', 'high-gmac', false),
];

function attribute(
  id: number,
  access: AttributeAccess,
  selectors: readonly number[] = [],
): AttributeInfo {
  return { attribute: id, access, selectors };
}

function methods(...ids: readonly number[]): ObjectInfo['methods'] {
  return ids.map((method) => ({ method, access: true }));
}

function object(
  classId: number,
  logicalName: Obis,
  attributes: readonly AttributeInfo[],
  own: ObjectInfo['methods'] = [],
): ObjectInfo {
  return { classId, version: 0, logicalName, attributes, methods: own };
}

const PUBLIC_OBJECTS: readonly ObjectInfo[] = [
  object(1, NAME, [attribute(2, 'read')]),
  object(8, CLOCK, [attribute(2, 'read')]),
];
const ALL_OBJECTS: readonly ObjectInfo[] = [
  object(1, NAME, [attribute(2, 'read')]),
  object(8, CLOCK, [attribute(2, 'read-write')]),
  object(3, ENERGY, [attribute(2, 'read'), attribute(3, 'read')], [{ method: 1, access: false }]),
  object(7, PROFILE, [attribute(2, 'read', [1, 2])]),
  object(1, NOTE, [attribute(2, 'read-write')]),
  object(1, SECRET, [attribute(2, 'write')]),
  object(70, RELAY, [attribute(2, 'read')], methods(1, 2)),
  object(9, ECHO, [], methods(1)),
  object(64, SETUP, [attribute(2, 'read')], methods(2)),
];

export class SmallMeter implements CosemHost {
  readonly associations = ASSOCIATIONS;
  readonly serverSap = 1;
  readonly systemTitle = SERVER_TITLE;
  isBusy = false;
  /** What came through the server, in words. */
  readonly heard: string[] = [];
  readonly values = new Map<string, Data>([
    [`${NAME} 2`, octetString(new TextEncoder().encode('MBH0000000000001'))],
    [`${CLOCK} 2`, octetString(fromHex('07ea0b150600131e00000000'))],
    [`${ENERGY} 2`, number('double-long-unsigned', 123_456)],
    [`${ENERGY} 3`, structure(number('integer', 0), number('enum', 30))],
    [`${PROFILE} 2`, array([structure(number('unsigned', 1), NULL_DATA)])],
    [`${NOTE} 2`, octetString(new Uint8Array())],
    [`${RELAY} 2`, { type: 'boolean', value: true }],
    [`${SETUP} 2`, number('enum', 3)],
  ]);
  /** What is given out; a test that changes the key puts others here. */
  keyring: SecurityKeys = {
    cipher: createGcmCipher(ENCRYPTION_KEY),
    authenticationKey: AUTHENTICATION_KEY,
  };
  lastClientCounter = 0;
  counter = 0;

  objects({ role }: AssociationProfile): readonly ObjectInfo[] {
    return role === 'public' ? PUBLIC_OBJECTS : ALL_OBJECTS;
  }

  get(
    _call: CosemCall,
    logicalName: Obis,
    id: number,
    selection: Selection | null,
  ): Data | DataRefusal {
    this.heard.push(
      `get ${logicalName} ${id}${selection === null ? '' : ` by ${selection.selector}`}`,
    );
    if (selection !== null) return array([selection.parameters]);
    return this.values.get(`${logicalName} ${id}`) ?? 'object-unavailable';
  }

  set(_call: CosemCall, logicalName: Obis, id: number, value: Data): DataAccessResult {
    this.heard.push(`set ${logicalName} ${id}`);
    if (value.type !== 'octet-string') return 'type-unmatched';
    this.values.set(`${logicalName} ${id}`, value);
    return 'success';
  }

  /** The echo gives back its parameters; the setup changes a key and says nothing. */
  act(call: CosemCall, logicalName: Obis, method: number, parameters: Data | null): ActionAnswer {
    this.heard.push(`act ${logicalName} ${method} as ${call.association.clientSap}`);
    if (logicalName === ECHO && parameters !== null) {
      return { result: 'success', returned: { result: 'data', data: parameters } };
    }
    if (logicalName === SETUP) this.onKeyTransfer(parameters);
    return { result: 'success', returned: null };
  }

  /** Replaced by tests. */
  onKeyTransfer: (parameters: Data | null) => void = () => {};

  password(_association: AssociationProfile, password: Uint8Array): boolean {
    return Buffer.from(password).equals(PASSWORD);
  }

  keys(): SecurityKeys {
    return this.keyring;
  }

  takeCounter(_association: AssociationProfile, counter: number): boolean {
    if (counter <= this.lastClientCounter) return false;
    this.lastClientCounter = counter;
    return true;
  }

  expectedCounter(): number {
    return this.lastClientCounter + 1;
  }

  nextCounter(): number {
    this.counter += 1;
    return this.counter;
  }

  busy(): boolean {
    return this.isBusy;
  }
}
