import type { Selection } from '../../../protocol/dlms/apdu/types.ts';
import type { AttributeAccess, ClientRole } from '../../../protocol/dlms/cosem/host.ts';
import type { Data } from '../../../protocol/dlms/data.ts';
import type { Obis } from '../../../protocol/dlms/obis.ts';
import type { ActionResult, DataAccessResult, DataRefusal } from '../../../protocol/dlms/result.ts';
import type { Subject } from './subject.ts';

/**
 * COSEM objects as data: one list for all meters, that says of each attribute who may do what with
 * it and how its value is made when it is asked for. Classes are those of the Blue Book.
 */
export interface CosemObject {
  readonly classId: number;
  readonly version: number;
  readonly logicalName: Obis;
  /** Without attribute 1, the logical name. */
  readonly attributes: readonly CosemAttribute[];
  readonly methods: readonly CosemMethod[];
}

/** What each role may do with an attribute. */
export type Access = Readonly<Record<ClientRole, AttributeAccess>>;

export const ACCESS = {
  /** Also to clients that have not said who they are. */
  open: { public: 'read', reader: 'read', management: 'read' },
  readable: { public: 'none', reader: 'read', management: 'read' },
  settable: { public: 'none', reader: 'read', management: 'read-write' },
  /** Open, and set by management. */
  openSettable: { public: 'read', reader: 'read', management: 'read-write' },
  managed: { public: 'none', reader: 'none', management: 'read' },
  managedSettable: { public: 'none', reader: 'none', management: 'read-write' },
} as const satisfies Record<string, Access>;

export interface CosemAttribute {
  readonly attribute: number;
  readonly access: Access;
  /** Selectors of selective access that it knows. */
  readonly selectors?: readonly number[];
  readonly read: (subject: Subject, selection: Selection | null) => Data | DataRefusal;
  readonly write?: (subject: Subject, value: Data, place: Place) => DataAccessResult;
}

/** Which attribute of which object. */
export interface Place {
  readonly logicalName: Obis;
  readonly attribute: number;
}

export interface CosemMethod {
  readonly method: number;
  /** Roles that may call it; nobody where it stands for completeness. */
  readonly access: readonly ClientRole[];
  readonly act: (subject: Subject, parameters: Data | null) => ActionResult;
}

const MANAGEMENT: readonly ClientRole[] = ['management'];

export function object(
  classId: number,
  version: number,
  logicalName: Obis,
  attributes: readonly CosemAttribute[],
  methods: readonly CosemMethod[] = [],
): CosemObject {
  return { classId, version, logicalName, attributes, methods };
}

/** An attribute that is made when it is read. */
export function live(
  attribute: number,
  read: (subject: Subject) => Data | DataRefusal,
  access: Access = ACCESS.readable,
  write?: CosemAttribute['write'],
): CosemAttribute {
  return { attribute, access, read, ...(write === undefined ? {} : { write }) };
}

/** An attribute that is the same in all meters. */
export function fixed(
  attribute: number,
  value: Data,
  access: Access = ACCESS.readable,
): CosemAttribute {
  return { attribute, access, read: () => value };
}

/**
 * An attribute that keeps what is written to it, in the overlay of the meter: before that it holds
 * `initial`, whose type all values have.
 */
export function kept(
  attribute: number,
  initial: Data,
  access: Access = ACCESS.settable,
  accepts: (value: Data) => boolean = () => true,
): CosemAttribute {
  const write = (subject: Subject, value: Data, place: Place): DataAccessResult => {
    if (!hasShape(value, initial)) return 'type-unmatched';
    if (!accepts(value)) return 'other-reason';
    subject.operate({ kind: 'override-object', ...place, value });
    return 'success';
  };
  return { attribute, access, read: () => initial, write };
}

/** Whether a value has the type of another; a structure has as many elements, each of its type. */
function hasShape(value: Data, model: Data): boolean {
  if (value.type !== model.type) return false;
  if (value.type !== 'structure' || model.type !== 'structure') return true;
  return (
    value.items.length === model.items.length &&
    value.items.every((item, place) => {
      const other = model.items[place];
      return other !== undefined && hasShape(item, other);
    })
  );
}

export function method(
  number: number,
  act: (subject: Subject, parameters: Data | null) => ActionResult,
  access: readonly ClientRole[] = MANAGEMENT,
): CosemMethod {
  return { method: number, access, act };
}

/** Class 1. */
export function data(
  logicalName: Obis,
  read: (subject: Subject) => Data | DataRefusal,
  access: Access = ACCESS.readable,
): CosemObject {
  return object(1, 0, logicalName, [live(2, read, access)]);
}

/** Class 1 that keeps what is written to it. */
export function keptData(
  logicalName: Obis,
  initial: Data,
  access: Access = ACCESS.settable,
  accepts?: (value: Data) => boolean,
): CosemObject {
  return object(1, 0, logicalName, [kept(2, initial, access, accepts)]);
}
