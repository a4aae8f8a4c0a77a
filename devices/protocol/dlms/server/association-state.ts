/**
 * NONE: no association. PENDING: accepted, but each end has still to prove itself by
 * reply_to_HLS_authentication (passes 3 and 4). ASSOCIATED: services are performed.
 */
export type AssociationState = 'NONE' | 'PENDING' | 'ASSOCIATED';

export type AssociationEvent =
  | 'accepted'
  | 'accepted-pending'
  | 'rejected'
  | 'proved'
  | 'not-proved'
  | 'released';

/**
 * Where an event leads; what is not in the row of the present state does not happen there. An AARQ
 * is heard in every state and begins anew: a client whose AARE was lost asks once more, and nothing
 * of what came before may stand in its way.
 */
export const ASSOCIATION_TRANSITIONS: Readonly<
  Record<AssociationState, Readonly<Partial<Record<AssociationEvent, AssociationState>>>>
> = {
  NONE: { accepted: 'ASSOCIATED', 'accepted-pending': 'PENDING', rejected: 'NONE' },
  PENDING: {
    accepted: 'ASSOCIATED',
    'accepted-pending': 'PENDING',
    rejected: 'NONE',
    proved: 'ASSOCIATED',
    // The challenge was used up: whoever guesses begins anew.
    'not-proved': 'NONE',
    released: 'NONE',
  },
  ASSOCIATED: {
    accepted: 'ASSOCIATED',
    'accepted-pending': 'PENDING',
    rejected: 'NONE',
    released: 'NONE',
  },
};
