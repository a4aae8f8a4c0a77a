/** One xDLMS request after the other, within an association. */
import { CodecError } from '../../bytes/codec-error.ts';
import { decodeApdu } from '../apdu/decode.ts';
import { UnknownApdu } from '../apdu/tags.ts';
import type { XdlmsApdu } from '../apdu/types.ts';
import { answerAccess } from './access.ts';
import { answerAction } from './action.ts';
import type { AssociationEvent, AssociationState } from './association-state.ts';
import { answerGet } from './get.ts';
import { answerReplyToHls, type HlsExchange, isReplyToHls } from './reply-to-hls.ts';
import {
  type Answer,
  exception,
  isNegotiated,
  type ServiceContext,
  type ServiceRequest,
} from './services.ts';
import { answerSet } from './set.ts';

export interface Performed {
  /** Null when none is due. */
  readonly answer: Answer | null;
  /** What it means for the association; null for nothing. */
  readonly event: Extract<AssociationEvent, 'proved' | 'not-proved'> | null;
}

/** Performs what an APDU in the clear asks for. */
export function answerService(
  octets: Uint8Array,
  context: ServiceContext & { readonly hls: HlsExchange | null },
  state: AssociationState,
): Performed {
  const request = readRequest(octets);
  if (request.service === 'exception-response') return { answer: request, event: null };
  if (state === 'PENDING' && context.hls !== null) {
    return isReplyToHls(request, context.call.association)
      ? answerReplyToHls(request, context, context.hls)
      : { answer: exception('service-not-allowed', 'service-not-supported'), event: null };
  }
  const answer = answerRequest(request, context);
  return { answer: isConfirmed(request) ? answer : null, event: null };
}

/** The request, or the exception for what is none. */
function readRequest(octets: Uint8Array): ServiceRequest | ReturnType<typeof exception> {
  try {
    const apdu = decodeApdu(octets);
    return isRequest(apdu) ? apdu : exception('service-unknown', 'service-not-supported');
  } catch (error) {
    if (error instanceof UnknownApdu) return exception('service-unknown', 'service-not-supported');
    if (!(error instanceof CodecError)) throw error;
    return exception('service-unknown', 'other-reason');
  }
}

function isRequest(apdu: XdlmsApdu): apdu is ServiceRequest {
  return (
    apdu.service === 'get-request' ||
    apdu.service === 'set-request' ||
    apdu.service === 'action-request' ||
    apdu.service === 'access-request'
  );
}

function isConfirmed(request: ServiceRequest): boolean {
  return request.service === 'access-request'
    ? request.longInvokeId.confirmed
    : request.invokeId.confirmed;
}

function answerRequest(request: ServiceRequest, context: ServiceContext): Answer {
  if (!isNegotiated(request, context.negotiated.conformance)) {
    return exception('service-not-allowed', 'service-not-supported');
  }
  if (!goesOn(request)) context.longTransfer.current = null;
  switch (request.service) {
    case 'get-request':
      return answerGet(context, request);
    case 'set-request':
      return answerSet(context, request);
    case 'action-request':
      return answerAction(context, request);
    case 'access-request':
      return answerAccess(context, request);
  }
}

/** Requests that are a part of a long transfer; all others end the one that there is. */
const CONTINUATIONS: ReadonlySet<string> = new Set([
  'next',
  'with-datablock',
  'next-pblock',
  'with-pblock',
]);

function goesOn(request: ServiceRequest): boolean {
  return request.service !== 'access-request' && CONTINUATIONS.has(request.kind);
}
