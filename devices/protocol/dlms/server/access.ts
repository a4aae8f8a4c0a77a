/** ACCESS of a server: gets, sets and actions in one APDU, one after the other. */
import { encodeApdu } from '../apdu/encode.ts';
import type { AccessRequest, AccessResult, AccessSpecification } from '../apdu/types.ts';
import { type Data, NULL_DATA } from '../data.ts';
import { getAttribute, invokeMethod, setAttribute } from './object-access.ts';
import { type Answer, exception, type ServiceContext } from './services.ts';

interface Performed {
  readonly data: Data;
  readonly result: AccessResult;
}

export function answerAccess(context: ServiceContext, request: AccessRequest): Answer {
  const { longInvokeId, specifications } = request;
  if (specifications.length !== request.data.length) {
    return exception('service-unknown', 'other-reason');
  }
  const performed: Performed[] = [];
  for (const [index, specification] of specifications.entries()) {
    const isBroken =
      longInvokeId.breakOnError && performed.some(({ result }) => result.result !== 'success');
    performed.push(
      isBroken
        ? { data: NULL_DATA, result: { access: specification.access, result: 'other-reason' } }
        : perform(context, specification, request.data[index] ?? NULL_DATA),
    );
  }
  const answer = encodeApdu({
    service: 'access-response',
    longInvokeId,
    dateTime: new Uint8Array(),
    data: performed.map(({ data }) => data),
    results: performed.map(({ result }) => result),
  });
  // Only general block transfer could carry more, which is not offered.
  return answer.length <= context.room ? answer : exception('service-unknown', 'pdu-too-long');
}

function perform(
  context: ServiceContext,
  specification: AccessSpecification,
  data: Data,
): Performed {
  const { access } = specification;
  switch (access) {
    case 'get': {
      const got = getAttribute(context, specification.attribute);
      return typeof got === 'string'
        ? { data: NULL_DATA, result: { access, result: got } }
        : { data: got, result: { access, result: 'success' } };
    }
    case 'set': {
      const result = setAttribute(context, specification.attribute, data);
      return { data: NULL_DATA, result: { access, result } };
    }
    case 'action': {
      const parameters = data.type === 'null-data' ? null : data;
      const { result, returned } = invokeMethod(context, specification.method, parameters);
      const gives = returned !== null && returned.result === 'data' ? returned.data : NULL_DATA;
      return { data: gives, result: { access, result } };
    }
  }
}
