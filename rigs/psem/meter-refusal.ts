import {
  type Refusal,
  RESPONSE_CODES,
  RESPONSE_MEANINGS,
} from '../../devices/protocol/psem/response-code.ts';
import { BenchError } from '../port/bench.ts';

/** The meter said no. */
export class MeterRefusal extends BenchError {
  readonly code: Refusal;

  /** @param message where, what was asked, and {@link refusalText} */
  constructor(code: Refusal, message: string) {
    super('dut', message);
    this.name = 'MeterRefusal';
    this.code = code;
  }
}

/** @param repeats how often the service was asked again */
export function refusalText(code: Refusal, repeats: number): string {
  const number = RESPONSE_CODES[code].toString(16).padStart(2, '0');
  const times = repeats > 0 ? ` ${repeats + 1} times` : '';
  return `answered${times} with ${number} ${code} (${RESPONSE_MEANINGS[code]})`;
}
