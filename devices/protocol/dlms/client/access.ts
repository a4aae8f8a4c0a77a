/** ACCESS of a client: gets, sets and actions in one APDU. */
import { CodecError } from '../../bytes/codec-error.ts';
import type { AccessResult, AccessSpecification } from '../apdu/types.ts';
import type { Data } from '../data.ts';
import type { Answered, Exchange } from './exchange.ts';
import type { ClientSession } from './session.ts';

/** One part of an ACCESS; `data` is null data for a get. */
export interface AccessPart {
  readonly specification: AccessSpecification;
  readonly data: Data;
}

export interface AccessPartResult {
  readonly result: AccessResult;
  /** Null data where there is none. */
  readonly data: Data;
}

/** @param breakOnError nothing is done any more after what fails */
export function* accessAll(
  session: ClientSession,
  parts: readonly AccessPart[],
  breakOnError: boolean,
): Exchange<Answered<AccessPartResult>> {
  const { id, confirmed, highPriority } = session.nextInvokeId();
  const answer = yield* session.ask({
    service: 'access-request',
    longInvokeId: { id, confirmed, highPriority, selfDescriptive: false, breakOnError },
    dateTime: new Uint8Array(),
    specifications: parts.map(({ specification }) => specification),
    data: parts.map(({ data }) => data),
  });
  if (answer.service === 'exception-response') return { outcome: 'refused', exception: answer };
  const results = answer.results.map((result, index) => {
    const data = answer.data[index];
    if (data === undefined) throw new CodecError('access-response: data are missing');
    return { result, data };
  });
  if (results.length === parts.length) return { outcome: 'answered', results };
  throw new CodecError(`access-response: ${parts.length} results wanted, ${results.length} came`);
}
