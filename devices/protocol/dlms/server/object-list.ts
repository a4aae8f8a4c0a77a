/** object_list of Association LN: objects with their access rights (Blue Book, class 15). */
import type { Selection } from '../apdu/types.ts';
import type { AttributeAccess, AttributeInfo, ObjectInfo } from '../cosem/host.ts';
import { array, type Data, NULL_DATA, number, octetString, structure } from '../data.ts';
import { obisBytes, obisText } from '../obis.ts';
import type { DataRefusal } from '../result.ts';

/** Access-mode of attributes in Association LN up to version 2. */
const ATTRIBUTE_ACCESS: Readonly<Record<AttributeAccess, number>> = {
  none: 0,
  read: 1,
  write: 2,
  'read-write': 3,
};

/** Every object has its logical name, and everybody may read it. */
const LOGICAL_NAME: AttributeInfo = { attribute: 1, access: 'read', selectors: [] };

/** Selectors of the list: all without rights, classes without rights, objects, one object. */
export const LIST_SELECTORS = [1, 2, 3, 4];

/** Attributes of an object with the logical name in front. */
function attributesOf(object: ObjectInfo): readonly AttributeInfo[] {
  return [LOGICAL_NAME, ...object.attributes];
}

/** The list, or what a selection leaves of it. */
export function objectList(
  objects: readonly ObjectInfo[],
  selection: Selection | null,
): Data | DataRefusal {
  if (selection === null) return array(objects.map(withAccessRights));
  const { selector, parameters } = selection;
  switch (selector) {
    case 1:
      return array(objects.map(withoutAccessRights));
    case 2: {
      const classes = itemsOf(parameters)?.map(unsignedOf);
      if (classes === undefined) return 'type-unmatched';
      return array(
        objects.filter(({ classId }) => classes.includes(classId)).map(withoutAccessRights),
      );
    }
    case 3: {
      const wanted = itemsOf(parameters)?.map(objectIdOf);
      if (wanted === undefined) return 'type-unmatched';
      return array(
        objects.filter((object) => wanted.includes(idText(object))).map(withAccessRights),
      );
    }
    case 4: {
      const wanted = objectIdOf(parameters);
      const object = objects.find((one) => idText(one) === wanted);
      return object === undefined ? 'object-undefined' : withAccessRights(object);
    }
    default:
      return 'scope-of-access-violated';
  }
}

/** object_list_element with its access rights. */
export function withAccessRights(object: ObjectInfo): Data {
  return structure(...identity(object), accessRights(object));
}

function withoutAccessRights(object: ObjectInfo): Data {
  return structure(...identity(object));
}

function identity({ classId, version, logicalName }: ObjectInfo): readonly Data[] {
  return [
    number('long-unsigned', classId),
    number('unsigned', version),
    octetString(obisBytes(logicalName)),
  ];
}

function accessRights(object: ObjectInfo): Data {
  const attributes = attributesOf(object).map(({ attribute, access, selectors }) =>
    structure(
      number('integer', attribute),
      number('enum', ATTRIBUTE_ACCESS[access]),
      selectors.length === 0
        ? NULL_DATA
        : array(selectors.map((selector) => number('integer', selector))),
    ),
  );
  const methods = object.methods.map(({ method, access }) =>
    structure(number('integer', method), number('enum', access ? 1 : 0)),
  );
  return structure(array(attributes), array(methods));
}

function itemsOf(data: Data): readonly Data[] | undefined {
  return data.type === 'array' ? data.items : undefined;
}

function unsignedOf(data: Data): number | undefined {
  return data.type === 'long-unsigned' ? data.value : undefined;
}

/** Class and logical name as text, to be compared. */
function idText({ classId, logicalName }: Pick<ObjectInfo, 'classId' | 'logicalName'>): string {
  return `${classId} ${logicalName}`;
}

/** object_Id: structure of class and logical name; undefined when it is none. */
function objectIdOf(data: Data): string | undefined {
  if (data.type !== 'structure') return undefined;
  const [classId, logicalName] = data.items;
  if (classId?.type !== 'long-unsigned' || logicalName?.type !== 'octet-string') return undefined;
  if (logicalName.bytes.length !== 6) return undefined;
  return idText({ classId: classId.value, logicalName: obisText(logicalName.bytes) });
}
