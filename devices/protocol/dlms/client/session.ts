/** What the exchanges of one client share: findings, what was agreed, and how one APDU is asked. */
import { CodecError } from '../../bytes/codec-error.ts';
import { decodeApdu } from '../apdu/decode.ts';
import { encodeApdu } from '../apdu/encode.ts';
import type {
  AccessRequest,
  AccessResponse,
  ActionRequest,
  ActionResponse,
  ExceptionResponse,
  GetRequest,
  GetResponse,
  InvokeId,
  SetRequest,
  SetResponse,
} from '../apdu/types.ts';
import { type ConformanceBit, conforms } from '../conformance.ts';
import { CIPHERING_OCTETS_MOST } from '../security/ciphered-apdu.ts';
import type { ClientCipher } from './cipher.ts';
import type { Exchange } from './exchange.ts';
import type { ClientFinding, ClientReport } from './finding.ts';
import type { DlmsClientOptions } from './options.ts';

/** What both ends agreed upon. */
export interface ClientNegotiated {
  readonly conformance: number;
  /** Longest APDU that the server takes, octets; 0 for no limit. */
  readonly serverMaxReceivePduSize: number;
}

interface ResponseTo {
  readonly 'get-request': GetResponse;
  readonly 'set-request': SetResponse;
  readonly 'action-request': ActionResponse;
  readonly 'access-request': AccessResponse;
}
type Request = GetRequest | SetRequest | ActionRequest | AccessRequest;
type Response = ResponseTo[keyof ResponseTo];

const RESPONSES: Readonly<Record<keyof ResponseTo, Response['service']>> = {
  'get-request': 'get-response',
  'set-request': 'set-response',
  'action-request': 'action-response',
  'access-request': 'access-response',
};

const INVOKE_IDS = 16;
const LONGEST_APDU = 0xffff;

export class ClientSession {
  readonly options: DlmsClientOptions;
  readonly findings: ClientFinding[] = [];
  readonly report: ClientReport = (finding) => this.findings.push(finding);
  /** Null while nothing is ciphered. */
  cipher: ClientCipher | null = null;
  negotiated: ClientNegotiated | null = null;
  #awaits = false;
  #invokeId = 0;

  constructor(options: DlmsClientOptions) {
    this.options = options;
  }

  can(bit: ConformanceBit): boolean {
    return this.negotiated !== null && conforms(this.negotiated.conformance, bit);
  }

  /** Octets that a request may have before it is ciphered. */
  get room(): number {
    const limit = this.negotiated?.serverMaxReceivePduSize ?? 0;
    return (
      (limit === 0 ? LONGEST_APDU : limit) - (this.cipher === null ? 0 : CIPHERING_OCTETS_MOST)
    );
  }

  nextInvokeId(): InvokeId {
    this.#invokeId = (this.#invokeId + 1) % INVOKE_IDS;
    return { id: this.#invokeId, confirmed: true, highPriority: true };
  }

  /** Sends an APDU as it is and takes the next one that comes. */
  *exchange(octets: Uint8Array | null): Exchange<Uint8Array> {
    this.#awaits = true;
    const arrived = yield octets;
    this.#awaits = false;
    return arrived;
  }

  /** No association any more. */
  forget(): void {
    this.cipher = null;
    this.negotiated = null;
    this.#awaits = false;
  }

  /** The connection is gone; whoever asked something has no answer to it. */
  lost(): void {
    if (this.#awaits) {
      const where = this.negotiated === null ? 'while associating' : 'in an association';
      this.report({ name: 'closed-without-answer', detail: where });
    }
    this.forget();
  }

  /**
   * Asks, and returns what answers it. When only the counter was wrong, it asks once more.
   * @throws CodecError when the answer is none, or not authentic
   */
  *ask<R extends Request>(request: R): Exchange<ResponseTo[R['service']] | ExceptionResponse> {
    const plain = encodeApdu(request);
    let answer = yield* this.#once(request, plain);
    if (answer.service === 'exception-response' && this.adopted(answer)) {
      answer = yield* this.#once(request, plain);
    }
    return answer as ResponseTo[R['service']] | ExceptionResponse;
  }

  /**
   * Takes over the counter that the server expects, when that is why it refused. Nobody vouches for
   * an exception, so it is never gone below what was used.
   */
  adopted({ expectedCounter }: ExceptionResponse): boolean {
    const { security } = this.options;
    if (expectedCounter === null || security === null) return false;
    security.adoptCounter(expectedCounter);
    this.report({ name: 'counter-out-of-step', detail: `the server expects ${expectedCounter}` });
    return true;
  }

  *#once(request: Request, plain: Uint8Array): Exchange<Response | ExceptionResponse> {
    let arrived = yield* this.exchange(this.cipher?.seal(plain) ?? plain);
    for (;;) {
      const answer = this.#answerIn(arrived, request);
      if (answer !== null) return answer;
      arrived = yield* this.exchange(null);
    }
  }

  /** What answers the request; null when what came does not. */
  #answerIn(octets: Uint8Array, request: Request): Response | ExceptionResponse | null {
    const arrived = this.cipher?.open(octets) ?? ({ is: 'clear', apdu: octets } as const);
    if (arrived.is === 'replay') {
      this.report({ name: 'replayed-answer', detail: `counter ${arrived.counter} once more` });
      return null;
    }
    const apdu = decodeApdu(arrived.apdu, { report: this.report });
    switch (apdu.service) {
      // Whoever does not understand what is ciphered can only answer in the clear.
      case 'exception-response':
        return apdu;
      case 'data-notification':
      case 'event-notification':
        this.options.onNotification?.(apdu, arrived.is === 'deciphered');
        return null;
      case 'get-response':
      case 'set-response':
      case 'action-response':
      case 'access-response':
        if (arrived.is === 'clear' && this.cipher !== null) {
          throw new CodecError(`${apdu.service} in the clear in a ciphered association`);
        }
        return this.#inTurn(apdu, request);
      case 'get-request':
      case 'set-request':
      case 'action-request':
      case 'access-request':
      case 'initiate-request':
      case 'initiate-response':
      case 'confirmed-service-error':
        throw new CodecError(`${RESPONSES[request.service]} wanted, ${apdu.service} came`);
    }
  }

  #inTurn(response: Response, request: Request): Response | null {
    const { service } = response;
    const id = idOf(response);
    if (service === RESPONSES[request.service] && id === idOf(request)) return response;
    this.report({ name: 'answer-out-of-turn', detail: `${service} with invoke id ${id}` });
    return null;
  }
}

function idOf(apdu: Request | Response): number {
  return 'longInvokeId' in apdu ? apdu.longInvokeId.id : apdu.invokeId.id;
}
