/** Passes 3 and 4 of HLS with GMAC: each end proves to the other that it has the keys. */
import { encodeApdu } from '../apdu/encode.ts';
import type { ActionAnswer, ActionRequest } from '../apdu/types.ts';
import type { AssociationProfile } from '../cosem/host.ts';
import { type Data, octetString } from '../data.ts';
import { checkGmacProof, makeGmacProof } from '../security/hls.ts';
import { ASSOCIATION_CLASS, CURRENT_ASSOCIATION, REPLY_TO_HLS } from './association-object.ts';
import { type AccessContext, refusedAction } from './object-access.ts';
import type { Performed } from './perform.ts';
import type { ServiceRequest } from './services.ts';

/** What both ends told each other in passes 1 and 2. */
export interface HlsExchange {
  readonly clientTitle: Uint8Array;
  readonly clientChallenge: Uint8Array;
  readonly serverChallenge: Uint8Array;
}

type NormalAction = Extract<ActionRequest, { kind: 'normal' }>;

/** Whether it is what alone may be asked before the client has proved itself. */
export function isReplyToHls(
  request: ServiceRequest,
  { logicalName }: AssociationProfile,
): request is NormalAction {
  if (request.service !== 'action-request' || request.kind !== 'normal') return false;
  const { method } = request;
  return (
    method.classId === ASSOCIATION_CLASS &&
    method.method === REPLY_TO_HLS &&
    (method.logicalName === CURRENT_ASSOCIATION || method.logicalName === logicalName)
  );
}

export function answerReplyToHls(
  { invokeId, parameters }: NormalAction,
  context: AccessContext,
  exchange: HlsExchange,
): Performed {
  const isProved = isProof(parameters, context, exchange);
  const answer: ActionAnswer = isProved
    ? { result: 'success', returned: { result: 'data', data: ownProof(context, exchange) } }
    : refusedAction('read-write-denied');
  const response = { service: 'action-response', kind: 'normal', invokeId, answer } as const;
  return {
    answer: invokeId.confirmed ? encodeApdu(response) : null,
    event: isProved ? 'proved' : 'not-proved',
  };
}

/** The client's f(StoC): the GMAC of the challenge that it was given, under its own title. */
function isProof(
  parameters: Data | null,
  { host, call }: AccessContext,
  { clientTitle, serverChallenge }: HlsExchange,
): boolean {
  if (parameters?.type !== 'octet-string') return false;
  const keys = host.keys(call.association);
  const proof = { keys, systemTitle: clientTitle, challenge: serverChallenge };
  const counter = checkGmacProof(proof, parameters.bytes);
  if (counter === null) return false;
  // The challenge makes it new. Its counter is used up, but need not be higher than that of the
  // APDU around it: clients make the one before the other, either way.
  host.takeCounter(call.association, counter);
  return true;
}

/** Our f(CtoS), under a counter of its own. */
function ownProof({ host, call }: AccessContext, { clientChallenge }: HlsExchange): Data {
  const keys = host.keys(call.association);
  const proof = { keys, systemTitle: host.systemTitle, challenge: clientChallenge };
  return octetString(makeGmacProof(proof, host.nextCounter(call.association)));
}
