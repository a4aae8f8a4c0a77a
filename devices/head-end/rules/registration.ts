/** Bounded decisions of the head-end about registrations. Each is replaceable by a defect. */
import { hasRightCheckDigit, type MeterIdentity } from '../../domain/identity.ts';
import type { PlacementState } from '../../domain/northbound.ts';

/** ITU-T E.118. */
const ICC_ID_LENGTH = 19;

export interface IdentityQuestion {
  /** As the meter told it. */
  readonly identity: MeterIdentity;
  /** In the manifest, under the title that the key belongs to. */
  readonly serialOfTitle: string;
  /** Whether the title that it asks for is the one that it calls from. */
  readonly asksForOwnTitle: boolean;
}

/** Why an identity is not believed; null when it is. REG-10, REG-11 (source 001:122-127, 146-147) */
export function identityRefusal(question: IdentityQuestion): string | null {
  const { identity, serialOfTitle, asksForOwnTitle } = question;
  if (identity.serial !== serialOfTitle) return 'serial number is not that of the calling ApTitle';
  if (!asksForOwnTitle) return "ApTitle asked for is another meter's";
  if (identity.iccId.length !== ICC_ID_LENGTH || !hasRightCheckDigit(identity.iccId)) {
    return `ICC-ID is not ${ICC_ID_LENGTH} digits, the last a right check digit`;
  }
  return null;
}

/** What of a meter's identity stands in its record: all that it told. REG-10, REG-11 */
export function identityKept(identity: MeterIdentity): MeterIdentity {
  return identity;
}

/** What a registration does to the Master List that holds so many rows of the meter. REG-06 */
export function registrationRecord(rows: number): 'update' | 'create' {
  return rows > 0 ? 'update' : 'create';
}

/** Where a meter stands after a registration that was believed. REG-07 */
export function placedWhen(state: PlacementState): PlacementState {
  return state === 'unknown' ? 'placed' : state;
}
