import type { Obis } from '../../../../protocol/dlms/obis.ts';
import type { CosemObject } from '../object.ts';
import { CALENDAR_OBJECTS } from './calendar.ts';
import { CLOCK_OBJECTS } from './clock.ts';
import { DISCONNECT_OBJECTS } from './disconnect.ts';
import { IDENTITY_OBJECTS } from './identity.ts';
import { IMAGE_OBJECTS } from './image-transfer.ts';
import { LOG_OBJECTS } from './logs.ts';
import { NETWORK_OBJECTS } from './network.ts';
import { PROFILE_OBJECTS } from './profiles.ts';
import { PUSH_OBJECTS } from './push.ts';
import { REGISTER_OBJECTS } from './registers.ts';
import { SECURITY_OBJECTS } from './security.ts';

/** All objects but associations, the same for all meters. */
export const COSEM_OBJECTS: readonly CosemObject[] = [
  ...IDENTITY_OBJECTS,
  ...CLOCK_OBJECTS,
  ...REGISTER_OBJECTS,
  ...PROFILE_OBJECTS,
  ...LOG_OBJECTS,
  ...PUSH_OBJECTS,
  ...DISCONNECT_OBJECTS,
  ...IMAGE_OBJECTS,
  ...CALENDAR_OBJECTS,
  ...NETWORK_OBJECTS,
  ...SECURITY_OBJECTS,
];

export const OBJECT_BY_NAME: ReadonlyMap<Obis, CosemObject> = new Map(
  COSEM_OBJECTS.map((object) => [object.logicalName, object]),
);
