/** PSEM services round the project's tables, as both directions of the profile need them. */
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import type { C1222Request, C1222Response, NetworkServiceName } from '../psem/network-service.ts';
import { decodeRequest, encodeRequest, UnknownService } from '../psem/request.ts';
import { decodeResponse, encodeResponse } from '../psem/response.ts';
import type { Refusal } from '../psem/response-code.ts';
import type { ServiceName } from '../psem/service.ts';
import type { Field } from './fields.ts';

/** A request that can be read, but that the profile has not. */
export class NotInProfile extends CodecError {
  readonly refusal: Refusal;
  constructor(message: string, refusal: 'sns' | 'iar') {
    super(message);
    this.name = 'NotInProfile';
    this.refusal = refusal;
  }
}

/**
 * Refuses each of the services that could not be read as an uplink or as a transaction: sns for
 * an unknown service, iar for an unknown table or a wrong use of one, err for malformed bytes.
 */
export function refuseAll(services: readonly Uint8Array[], error: CodecError): Uint8Array[] {
  return services.map(() => encodeRefusal(refusalFor(error)));
}

function refusalFor(error: CodecError): Refusal {
  if (error instanceof NotInProfile) return error.refusal;
  return error instanceof UnknownService ? 'sns' : 'err';
}

/** A response that says no. */
export function encodeRefusal(refused: Refusal): Uint8Array {
  // These two must tell the greatest size that is possible; the profile limits none and tells 0.
  const isAboutSize = refused === 'rqtl' || refused === 'rstl';
  return encodeResponse(isAboutSize ? { refused, maximum: 0 } : { refused });
}

/** A full Write. @throws CodecError when a value does not fit its field */
export function encodeTableWrite<T>(table: number, layout: Field<T>, body: T): Uint8Array {
  const data = encodeTable(layout, body);
  return encodeRequest({ service: 'write', table, part: { by: 'whole' }, data });
}

/** The response to a Read. @throws CodecError when a value does not fit its field */
export function encodeTableAnswer<T>(layout: Field<T>, body: T): Uint8Array {
  return encodeResponse({ answers: 'read', data: encodeTable(layout, body) });
}

function encodeTable<T>(layout: Field<T>, body: T): Uint8Array {
  const writer = new ByteWriter();
  layout.write(writer, 'table', body);
  return writer.finish();
}

/** What the data of a table says. @throws CodecError also when bytes are left over */
export function decodeTable<T>(layout: Field<T>, data: Uint8Array, what: string): T {
  const reader = new ByteReader(data);
  const body = layout.read(reader, what);
  reader.end(what);
  return body;
}

/** @throws CodecError when there are none, or one is no request */
export function decodeRequests(
  services: readonly Uint8Array[],
): [first: C1222Request, ...others: C1222Request[]] {
  const [first, ...others] = services.map((service) => decodeRequest(service, 'c12-22'));
  if (first === undefined) throw new CodecError('services: one or more wanted, none found');
  return [first, ...others];
}

/** One response for each service that was asked. @throws CodecError */
export function decodeResponses(
  what: string,
  services: readonly Uint8Array[],
  asked: readonly (ServiceName | NetworkServiceName)[],
): C1222Response[] {
  if (services.length !== asked.length) {
    throw new CodecError(
      `answer to ${what}: ${asked.length} responses wanted, ${services.length} found`,
    );
  }
  return asked.map((name, index) => decodeResponse(services[index] ?? new Uint8Array(), name));
}
