/** The meter as a DLMS server sees it. The server keeps associations, blocks and ciphering. */
import type { ActionAnswer, Selection } from '../apdu/types.ts';
import type { Data } from '../data.ts';
import type { Obis } from '../obis.ts';
import type { DataAccessResult, DataRefusal } from '../result.ts';
import type { SecurityKeys } from '../security/types.ts';

/** What a client may do, by the association under which it comes. Ordered: each may do more. */
export type ClientRole = 'public' | 'reader' | 'management';

/** Access-mode of an attribute and of a method in an object list (Association LN version 1). */
export type AttributeAccess = 'none' | 'read' | 'write' | 'read-write';

/** One attribute of an object as the object list and the services need it. */
export interface AttributeInfo {
  readonly attribute: number;
  readonly access: AttributeAccess;
  /** Selectors that it knows; empty for none. */
  readonly selectors: readonly number[];
}

export interface ObjectInfo {
  readonly classId: number;
  readonly version: number;
  readonly logicalName: Obis;
  /** Attribute 1, the logical name, is not among them: every object has it, readable. */
  readonly attributes: readonly AttributeInfo[];
  readonly methods: readonly { readonly method: number; readonly access: boolean }[];
}

export type Authentication = 'lowest' | 'low' | 'high-gmac';

/** An association that a client SAP can open. */
export interface AssociationProfile {
  /** 16 public, 17 reader, 1 management. */
  readonly clientSap: number;
  readonly role: ClientRole;
  readonly authentication: Authentication;
  /** Whether the application context is the one with ciphering, in which every APDU is ciphered. */
  readonly ciphered: boolean;
  /** 24 bits, the standard's bit 0 the highest: what it can do. */
  readonly conformance: number;
  /** Its association object: 0.0.40.0.n.255; 0.0.40.0.0.255 is always the current one. */
  readonly logicalName: Obis;
  /** Its security setup; null where nothing is ciphered. */
  readonly securitySetup: Obis | null;
}

/** Calls of a host are told who asks and when, ns on the run's clock. */
export interface CosemCall {
  readonly association: AssociationProfile;
  readonly nowNs: number;
}

/**
 * Objects of one logical device. All calls return at once. Association objects (class 15) and the
 * methods of HLS are the server's own and never reach the host; the access rights were checked
 * by the server against `objects` before a call.
 */
export interface CosemHost {
  readonly associations: readonly AssociationProfile[];
  /** Server SAP of this logical device; 1 is the management logical device. */
  readonly serverSap: number;
  /** Eight octets: manufacturer and serial number. */
  readonly systemTitle: Uint8Array;
  /** All objects but associations, with the access rights of an association. */
  objects(association: AssociationProfile): readonly ObjectInfo[];
  get(
    call: CosemCall,
    logicalName: Obis,
    attribute: number,
    selection: Selection | null,
  ): Data | DataRefusal;
  set(call: CosemCall, logicalName: Obis, attribute: number, value: Data): DataAccessResult;
  act(call: CosemCall, logicalName: Obis, method: number, parameters: Data | null): ActionAnswer;
  /** LLS: whether this is the password of the association. */
  password(association: AssociationProfile, password: Uint8Array): boolean;
  /** Keys for what this client sends and is sent, present at this instant. */
  keys(association: AssociationProfile): SecurityKeys;
  /** Whether a client's invocation counter is new; when it is, it is taken. */
  takeCounter(association: AssociationProfile, counter: number): boolean;
  /** The lowest counter that is still accepted, which is told to a client that is out of step. */
  expectedCounter(association: AssociationProfile): number;
  /** The next own invocation counter under the present key; never the same twice. */
  nextCounter(association: AssociationProfile): number;
  /** Whether it answers nobody now: it starts anew. */
  busy(nowNs: number): boolean;
}
