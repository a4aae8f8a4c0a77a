import type { ActionAnswer, Selection } from '../../../protocol/dlms/apdu/types.ts';
import type {
  AssociationProfile,
  ClientRole,
  CosemCall,
  CosemHost,
  ObjectInfo,
} from '../../../protocol/dlms/cosem/host.ts';
import { type Data, octetString } from '../../../protocol/dlms/data.ts';
import { type Obis, obisBytes } from '../../../protocol/dlms/obis.ts';
import type { DataAccessResult, DataRefusal } from '../../../protocol/dlms/result.ts';
import type { GcmCipher, SecurityKeys } from '../../../protocol/dlms/security/types.ts';
import type { Meters } from '../../columns.ts';
import { cosemOf, overridden } from '../../cosem.ts';
import { isBusy } from '../../end-device.ts';
import type { MeterInput } from '../../input.ts';
import { expectedCounter, nextOwnCounter, takeCounter } from '../../invocation-counter.ts';
import { associationsOf } from './associations.ts';
import { COUNTER_NEAR_END } from './event-codes.ts';
import { type DeviceIdentity, deviceIdentity } from './identity.ts';
import { settleImage } from './image-steps.ts';
import type { ImageTools } from './image-tools.ts';
import { answerIsOut, type KeyTools, keysInUse, useWaitingKeys } from './keys.ts';
import type { CosemAttribute, CosemObject } from './object.ts';
import { SERVER_SAP } from './objects/identity.ts';
import { COSEM_OBJECTS, OBJECT_BY_NAME } from './objects/index.ts';
import type { Subject } from './subject.ts';

export interface CosemHostOptions {
  /** With the columns of DLMS/COSEM; what needs others (registers, a load profile) is empty without. */
  readonly meters: Meters;
  readonly row: number;
  readonly serial: string;
  readonly moduleVersion: string;
  readonly keys: KeyTools;
  /** Of LLS. */
  readonly readerPassword: Uint8Array;
  /** Makes the cipher of an encryption key, once a key. */
  readonly cipherOf: (encryptionKey: Uint8Array) => GcmCipher;
  readonly image: ImageTools;
  /** False for a meter that speaks in the clear to a client that has proved itself. */
  readonly managementCiphered?: boolean;
  /** Hands an input to the model at the present instant. */
  readonly give: (input: MeterInput) => void;
}

/**
 * One row of the table as the host of a DLMS server: attributes out of columns, writes and methods
 * into inputs. All meters share the list of objects; what makes one differ is in its columns.
 * @throws RangeError for meters without the columns of DLMS/COSEM
 */
export function createCosemHost(options: CosemHostOptions): CosemHost {
  return new MeterCosemHost(options);
}

class MeterCosemHost implements CosemHost {
  readonly associations: readonly AssociationProfile[];
  readonly serverSap = SERVER_SAP;
  readonly systemTitle: Uint8Array;
  readonly #options: CosemHostOptions;
  readonly #identity: DeviceIdentity;
  #ciphered: { readonly key: Uint8Array; readonly keys: SecurityKeys } | null = null;

  constructor(options: CosemHostOptions) {
    const { meters, serial, moduleVersion } = options;
    cosemOf(meters);
    this.#options = options;
    this.#identity = deviceIdentity(meters.profile.manufacturer, serial, moduleVersion);
    this.associations = associationsOf(options.managementCiphered ?? true);
    this.systemTitle = this.#identity.systemTitle;
  }

  objects({ role }: AssociationProfile): readonly ObjectInfo[] {
    return OBJECTS_BY_ROLE[role];
  }

  get(
    call: CosemCall,
    logicalName: Obis,
    attribute: number,
    selection: Selection | null,
  ): Data | DataRefusal {
    if (attribute === 1) return octetString(obisBytes(logicalName));
    const found = attributeOf(logicalName, attribute);
    if (found === undefined) return 'object-undefined';
    const { meters, row } = this.#options;
    const stands = overridden(meters, row, logicalName, attribute);
    return stands ?? found.read(this.#subject(call), selection);
  }

  set(call: CosemCall, logicalName: Obis, attribute: number, value: Data): DataAccessResult {
    const found = attributeOf(logicalName, attribute);
    if (found === undefined) return 'object-undefined';
    const place = { logicalName, attribute };
    return found.write?.(this.#subject(call), value, place) ?? 'read-write-denied';
  }

  act(call: CosemCall, logicalName: Obis, method: number, parameters: Data | null): ActionAnswer {
    const found = OBJECT_BY_NAME.get(logicalName)?.methods.find((one) => one.method === method);
    if (found === undefined) return { result: 'object-undefined', returned: null };
    return { result: found.act(this.#subject(call), parameters), returned: null };
  }

  password({ role }: AssociationProfile, password: Uint8Array): boolean {
    const { readerPassword } = this.#options;
    if (role !== 'reader' || password.length !== readerPassword.length) return false;
    return password.every((octet, place) => octet === readerPassword[place]);
  }

  keys(association: AssociationProfile): SecurityKeys {
    const { meters, row, keys, cipherOf } = this.#options;
    // In the clear no answer takes a counter: there is none that could be under the old keys.
    if (!association.ciphered) answerIsOut(meters, row);
    useWaitingKeys(meters, row, keys.factory);
    const { encryption, authentication } = keysInUse(meters, row, keys.factory);
    const known = this.#ciphered;
    if (known?.key === encryption && known.keys.authenticationKey === authentication) {
      return known.keys;
    }
    const made = { cipher: cipherOf(encryption), authenticationKey: authentication };
    this.#ciphered = { key: encryption, keys: made };
    return made;
  }

  takeCounter(_association: AssociationProfile, counter: number): boolean {
    const { meters, row } = this.#options;
    const { taken, isNearEnd } = takeCounter(meters, row, counter);
    if (isNearEnd) this.#noteNearEnd();
    return taken;
  }

  expectedCounter(): number {
    return expectedCounter(this.#options.meters, this.#options.row);
  }

  nextCounter(): number {
    const { meters, row } = this.#options;
    const { counter, isNearEnd } = nextOwnCounter(meters, row);
    answerIsOut(meters, row);
    if (isNearEnd) this.#noteNearEnd();
    return counter;
  }

  busy(nowNs: number): boolean {
    return isBusy(this.#options.meters, this.#options.row, nowNs);
  }

  #noteNearEnd(): void {
    const operation = { kind: 'note-event', log: 'communication', code: COUNTER_NEAR_END } as const;
    this.#options.give({ kind: 'operation', operation });
  }

  #subject({ association, nowNs }: CosemCall): Subject {
    const { meters, row, give, image, keys } = this.#options;
    const subject = {
      meters,
      row,
      nowNs,
      identity: this.#identity,
      association,
      image,
      keys,
      give,
      operate: (operation: Parameters<Subject['operate']>[0]) =>
        give({ kind: 'operation', operation }),
    };
    settleImage(subject);
    return subject;
  }
}

function attributeOf(logicalName: Obis, attribute: number): CosemAttribute | undefined {
  const object = OBJECT_BY_NAME.get(logicalName);
  return object?.attributes.find((one) => one.attribute === attribute);
}

const OBJECTS_BY_ROLE: Readonly<Record<ClientRole, readonly ObjectInfo[]>> = {
  public: objectsFor('public'),
  reader: objectsFor('reader'),
  management: objectsFor('management'),
};

/** Objects of which a role may do anything, with all of their attributes. */
function objectsFor(role: ClientRole): readonly ObjectInfo[] {
  return COSEM_OBJECTS.map((object) => infoFor(object, role)).filter(
    ({ attributes, methods }) =>
      attributes.some(({ access }) => access !== 'none') || methods.some(({ access }) => access),
  );
}

function infoFor(
  { classId, version, logicalName, attributes, methods }: CosemObject,
  role: ClientRole,
): ObjectInfo {
  return {
    classId,
    version,
    logicalName,
    attributes: attributes.map(({ attribute, access, selectors = [] }) => ({
      attribute,
      access: access[role],
      selectors,
    })),
    methods: methods.map(({ method, access }) => ({ method, access: access.includes(role) })),
  };
}
