/** What an association can see: its objects by logical name, and the list that tells of them. */
import { encodeData } from '../data-codec.ts';
import { array } from '../data.ts';
import type { AssociationProfile, ObjectInfo } from '../cosem/host.ts';
import type { Obis } from '../obis.ts';
import { associationObjects } from './association-object.ts';
import { withAccessRights } from './object-list.ts';

export class ObjectDirectory {
  readonly objects: readonly ObjectInfo[];
  readonly #byName: ReadonlyMap<Obis, ObjectInfo>;
  #encodedList: Uint8Array | null = null;

  constructor(objects: readonly ObjectInfo[]) {
    this.objects = objects;
    this.#byName = new Map(objects.map((object) => [object.logicalName, object]));
  }

  find(logicalName: Obis): ObjectInfo | undefined {
    return this.#byName.get(logicalName);
  }

  /** The whole object_list as it travels: a head-end reads it first, and of every meter. */
  get encodedList(): Uint8Array {
    this.#encodedList ??= encodeData(array(this.objects.map(withAccessRights)));
    return this.#encodedList;
  }
}

const DIRECTORIES = new WeakMap<
  readonly ObjectInfo[],
  WeakMap<AssociationProfile, ObjectDirectory>
>();

/**
 * The directory of an association. It is made once for every list of objects that a host gives: the
 * meters of a fleet that share their list and their profiles share what is made of them.
 */
export function directoryOf(
  objects: readonly ObjectInfo[],
  association: AssociationProfile,
): ObjectDirectory {
  const ofList = DIRECTORIES.get(objects) ?? new WeakMap<AssociationProfile, ObjectDirectory>();
  DIRECTORIES.set(objects, ofList);
  const known = ofList.get(association);
  if (known !== undefined) return known;
  const directory = new ObjectDirectory([...associationObjects(association), ...objects]);
  ofList.set(association, directory);
  return directory;
}
