/** Attributes and methods of objects: what the access rights of an association let through. */
import type {
  ActionAnswer,
  AttributeDescriptor,
  MethodDescriptor,
  SelectedAttribute,
} from '../apdu/types.ts';
import { conforms } from '../conformance.ts';
import type { AttributeInfo, CosemCall, CosemHost, ObjectInfo } from '../cosem/host.ts';
import { array, type Data, number, octetString, structure } from '../data.ts';
import { obisBytes } from '../obis.ts';
import type { ActionResult, DataAccessResult, DataRefusal } from '../result.ts';
import { ASSOCIATION_CLASS, CHANGE_HLS_SECRET, readAssociation } from './association-object.ts';
import type { ObjectDirectory } from './directory.ts';
import type { Negotiated } from './negotiation.ts';

/** Who asks, and what is there to be asked. */
export interface AccessContext {
  readonly host: CosemHost;
  readonly directory: ObjectDirectory;
  readonly call: CosemCall;
  readonly negotiated: Negotiated;
  readonly maxReceivePduSize: number;
}

/** Reads an attribute as GET does. */
export function getAttribute(
  context: AccessContext,
  wanted: SelectedAttribute,
): Data | DataRefusal {
  const found = findAttribute(context, wanted);
  if (typeof found === 'string') return found;
  const { attribute, logicalName, selection } = wanted;
  if (found.access !== 'read' && found.access !== 'read-write') return 'read-write-denied';
  if (selection !== null) {
    const maySelect = conforms(context.negotiated.conformance, 'selective-access');
    if (!maySelect || !found.selectors.includes(selection.selector)) {
      return 'scope-of-access-violated';
    }
  }
  if (attribute === 1) return octetString(obisBytes(logicalName));
  if (wanted.classId === ASSOCIATION_CLASS) {
    const view = {
      ...context,
      association: context.call.association,
      serverSap: context.host.serverSap,
      objects: context.directory.objects,
    };
    return readAssociation(view, attribute, selection);
  }
  return context.host.get(context.call, logicalName, attribute, selection);
}

/** Writes an attribute as SET does; none of ours can be written in parts. */
export function setAttribute(
  context: AccessContext,
  wanted: SelectedAttribute,
  value: Data,
): DataAccessResult {
  const found = findAttribute(context, wanted);
  if (typeof found === 'string') return found;
  if (found.access !== 'write' && found.access !== 'read-write') return 'read-write-denied';
  if (wanted.selection !== null) return 'scope-of-access-violated';
  return context.host.set(context.call, wanted.logicalName, wanted.attribute, value);
}

/** Invokes a method as ACTION does. */
export function invokeMethod(
  context: AccessContext,
  wanted: MethodDescriptor,
  parameters: Data | null,
): ActionAnswer {
  const object = findObject(context, wanted);
  if (typeof object === 'string') return refusedAction(object);
  const method = object.methods.find((one) => one.method === wanted.method);
  if (method?.access !== true) return refusedAction('read-write-denied');
  if (wanted.classId === ASSOCIATION_CLASS) {
    return changeAssociation(context, wanted.method, parameters);
  }
  return context.host.act(context.call, wanted.logicalName, wanted.method, parameters);
}

export function refusedAction(result: Exclude<ActionResult, 'success'>): ActionAnswer {
  return { result, returned: null };
}

/** global_key_transfer of Security setup, and the key that it changes. */
const KEY_TRANSFER = 2;
const GLOBAL_UNICAST_KEY = 0;

/**
 * With GMAC the secret of HLS is the global unicast encryption key: to change the one, wrapped
 * under the master key, is to change the other, which the security setup does.
 */
function changeAssociation(
  { host, call }: AccessContext,
  method: number,
  parameters: Data | null,
): ActionAnswer {
  const { securitySetup } = call.association;
  // Whoever replies to HLS once more has proved itself already.
  if (method !== CHANGE_HLS_SECRET || securitySetup === null) return refusedAction('other-reason');
  if (parameters?.type !== 'octet-string') return refusedAction('type-unmatched');
  const key = structure(number('enum', GLOBAL_UNICAST_KEY), parameters);
  return host.act(call, securitySetup, KEY_TRANSFER, array([key]));
}

type NotFound = 'object-undefined' | 'object-class-inconsistent';

function findObject(
  { directory }: AccessContext,
  { logicalName, classId }: Pick<AttributeDescriptor, 'logicalName' | 'classId'>,
): ObjectInfo | NotFound {
  const object = directory.find(logicalName);
  if (object === undefined) return 'object-undefined';
  return object.classId === classId ? object : 'object-class-inconsistent';
}

const LOGICAL_NAME: AttributeInfo = { attribute: 1, access: 'read', selectors: [] };

/** An attribute that an object does not have is denied, as one that may not be read. */
function findAttribute(
  context: AccessContext,
  wanted: AttributeDescriptor,
): AttributeInfo | NotFound | 'read-write-denied' {
  const object = findObject(context, wanted);
  if (typeof object === 'string') return object;
  if (wanted.attribute === LOGICAL_NAME.attribute) return LOGICAL_NAME;
  return object.attributes.find((one) => one.attribute === wanted.attribute) ?? 'read-write-denied';
}
