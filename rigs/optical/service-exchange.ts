import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { mayRefuse } from '../../devices/protocol/psem/permitted-refusals.ts';
import { encodeRequest } from '../../devices/protocol/psem/request.ts';
import { decodeResponse } from '../../devices/protocol/psem/response.ts';
import type { Refusal } from '../../devices/protocol/psem/response-code.ts';
import type {
  PsemRequest,
  PsemResponse,
  ServiceName,
} from '../../devices/protocol/psem/service.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import { MeterRefusal, refusalText } from '../psem/meter-refusal.ts';
import type { Answer, OpticalLine } from './c12-18-line.ts';

type Answered = Exclude<PsemResponse, { readonly refused: Refusal }>;
/** The response that answers a service with ok. */
type AnswerTo<K extends ServiceName> = Answered extends infer A
  ? A extends { readonly answers: infer N }
    ? K extends N
      ? A
      : never
    : never
  : never;

export interface ServiceExchangeSettings {
  readonly retries: number;
  /** Pause before a request that was answered with bsy or dnr is repeated. */
  readonly busyPauseNs: number;
}

/** Services as values over a line: encoded, sent, answered, understood. */
export class ServiceExchange {
  readonly #line: OpticalLine;
  readonly #clock: Clock;
  readonly #settings: ServiceExchangeSettings;

  constructor(line: OpticalLine, clock: Clock, settings: ServiceExchangeSettings) {
    this.#line = line;
    this.#clock = clock;
    this.#settings = settings;
  }

  /**
   * One service and its answer; bsy and dnr are asked again.
   * @throws MeterRefusal for every other code, and when the repeats are used up
   */
  async ask<K extends ServiceName>(
    what: string,
    request: PsemRequest & { readonly service: K },
    isStale?: (answer: Uint8Array) => boolean,
  ): Promise<AnswerTo<K> & { readonly answer: Answer }> {
    for (let repeats = 0; ; repeats++) {
      const bytes = this.encoded(what, () => encodeRequest(request));
      const answer = await this.#line.exchange(what, bytes, isStale);
      const response = this.understood(what, () => decodeResponse(answer.bytes, request.service));
      if (!('refused' in response)) return { ...(response as AnswerTo<K>), answer };
      const { refused } = response;
      const passing = refused === 'bsy' || refused === 'dnr';
      if (!passing || repeats >= this.#settings.retries) {
        const text = refusalText(refused, repeats) + strangeness(request.service, refused);
        throw new MeterRefusal(refused, this.#line.text(what, text));
      }
      await this.#clock.sleepUntil(this.#clock.nowNs() + this.#settings.busyPauseNs);
    }
  }

  /** @throws BenchError 'harness' when what we were told to send has no bytes */
  encoded<T>(what: string, encode: () => T): T {
    try {
      return encode();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw new BenchError('harness', `${what}: ${error.message}`);
    }
  }

  /** @throws BenchError 'dut' when the bytes of the answer have no meaning */
  understood<T>(what: string, decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw new BenchError('dut', this.#line.text(what, `answered, but ${error.message}`), {
        cause: error,
      });
    }
  }
}

/** Any service may be one that the meter does not have. */
function strangeness(service: ServiceName, code: Refusal): string {
  return code === 'sns' || mayRefuse(service, code) ? '' : ', no code of this service';
}
