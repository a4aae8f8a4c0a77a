import {
  type Refusal,
  RESPONSE_CODES,
  RESPONSE_MEANINGS,
} from '../../devices/protocol/psem/response-code.ts';
import { BenchError } from '../port/bench.ts';

/** The meter said no. */
export class MeterRefusal extends BenchError {
  readonly code: Refusal;

  /** @param asked where and what: "tcp 127.0.0.1:1153: Read of table 23" */
  constructor(code: Refusal, asked: string, more = '') {
    super('dut', `${asked}: ${refusalText(code)}${more}`);
    this.name = 'MeterRefusal';
    this.code = code;
  }
}

function refusalText(code: Refusal): string {
  const number = RESPONSE_CODES[code].toString(16).padStart(2, '0');
  return `answered with ${number} ${code} (${RESPONSE_MEANINGS[code]})`;
}
