import type { AssociationProfile } from '../../../protocol/dlms/cosem/host.ts';
import type { Meters } from '../../columns.ts';
import type { MeterInput } from '../../input.ts';
import type { Operation } from '../../operations.ts';
import type { DeviceIdentity } from './identity.ts';
import type { ImageTools } from './image-tools.ts';
import type { KeyTools } from './keys.ts';

/** Whose object is asked, when, and by whom; and what there is to work with. */
export interface Subject {
  readonly meters: Meters;
  readonly row: number;
  readonly nowNs: number;
  readonly identity: DeviceIdentity;
  readonly association: AssociationProfile;
  readonly image: ImageTools;
  readonly keys: KeyTools;
  /** Hands an input to the model at the present instant. */
  readonly give: (input: MeterInput) => void;
  readonly operate: (operation: Operation) => void;
}
