/** What a module answers to an ACCESS that asked a transaction. */
import type { MeterSettings, TransactionKind } from '../../../domain/northbound.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import {
  PARAMETER_KEYS,
  type ParameterKey,
  type TransactionAnswer,
} from '../../centron-gprs/messages.ts';
import type { Refusal } from '../../psem/response-code.ts';
import type { AccessRequest, AccessResponse } from '../apdu/types.ts';
import { type Data, NULL_DATA } from '../data.ts';
import type { DataAccessResult, DataRefusal } from '../result.ts';
import { integerOf, optional, type Shape, text } from './shape.ts';
import { blockOf, bufferOf, periodMinutes } from './shapes.ts';
import { SETTING_KEYS, SETTINGS } from './transaction.ts';

const signed16 = integerOf('long');

/** How the module's refusals look in DLMS; one that is not here looks like another reason. */
export const RESULTS: Readonly<Partial<Record<Refusal, DataRefusal>>> = {
  bsy: 'temporary-failure',
  isc: 'read-write-denied',
  sns: 'object-undefined',
  dnr: 'object-unavailable',
  onp: 'type-unmatched',
  iar: 'scope-of-access-violated',
  dlk: 'data-block-unavailable',
};

function resultOf(code: Refusal): DataRefusal {
  return RESULTS[code] ?? 'other-reason';
}

function codeOf(result: DataAccessResult): Refusal {
  const known = Object.entries(RESULTS).find(([, name]) => name === result)?.[0];
  return (known as Refusal | undefined) ?? 'err';
}

/** @throws CodecError when the answer does not belong to the kind, or a value does not fit */
export function encodeTransactionAnswer(
  kind: TransactionKind,
  answer: TransactionAnswer,
  hadPin: boolean,
  request: AccessRequest,
): AccessResponse {
  const own = request.specifications.length - (hadPin ? 1 : 0);
  if (answer.outcome === 'refused') {
    const pin: DataAccessResult[] = hadPin
      ? [answer.wrongPin ? 'read-write-denied' : 'success']
      : [];
    return responseTo(
      request,
      [...pin, ...Array<DataRefusal>(own).fill(resultOf(answer.code))],
      [],
    );
  }
  const data = answerData(kind, answer) ?? Array<Data>(own).fill(NULL_DATA);
  const results = request.specifications.map((): DataAccessResult => 'success');
  return responseTo(request, results, hadPin ? [NULL_DATA, ...data] : data);
}

/** Refuses everything that an ACCESS asks. */
export function refuseTransaction(request: AccessRequest, why: DataRefusal): AccessResponse {
  return responseTo(
    request,
    request.specifications.map((): DataAccessResult => why),
    [],
  );
}

function responseTo(
  { specifications, longInvokeId: id }: AccessRequest,
  results: readonly DataAccessResult[],
  data: readonly Data[],
): AccessResponse {
  return {
    service: 'access-response',
    longInvokeId: id,
    dateTime: new Uint8Array(),
    data: specifications.map((_, place) => data[place] ?? NULL_DATA),
    results: specifications.map((one, place) => {
      const result = results[place] ?? 'other-reason';
      return one.access === 'action'
        ? { access: 'action', result: 'object-undefined' }
        : { access: one.access, result };
    }),
  };
}

/** The data of an answer, one for each service of the transaction; null when it has none. */
function answerData(
  kind: TransactionKind,
  answer: Exclude<TransactionAnswer, { outcome: 'refused' }>,
): readonly Data[] | null {
  switch (answer.outcome) {
    case 'done':
      return null;
    case 'version':
      return [text.write(kind, answer.moduleVersion), text.write(kind, answer.metrologyVersion)];
    case 'parameters':
      return PARAMETER_KEYS.map((key) => optional(text).write(key, answer.parameters[key] ?? null));
    case 'settings':
      return SETTING_KEYS.map((key) => settingShape(key).write(key, answer.settings[key]));
    case 'intervals':
      return [periodMinutes.write(kind, answer.block.intervalMinutes), bufferOf(answer.block)];
    case 'coverage':
      return [signed16.write(kind, answer.rssiDbm)];
  }
}

function settingShape(key: keyof MeterSettings): Shape<number | null> {
  return SETTINGS[key][1];
}

/** @throws CodecError when it answers no such transaction with a PIN */
export function decodeTransactionAnswer(
  kind: TransactionKind,
  { data, results }: AccessResponse,
): TransactionAnswer {
  const [pin, ...own] = results;
  if (pin === undefined || own.length === 0 || data.length !== results.length) {
    throw new CodecError(`${kind}: a result for PIN and services wanted`);
  }
  if (pin.result !== 'success') {
    const code = codeOf(pin.result as DataAccessResult);
    // Refused for anything else, the PIN was not even looked at.
    return { outcome: 'refused', code, wrongPin: code === 'isc' };
  }
  const refused = own.find(({ result }) => result !== 'success');
  if (refused !== undefined) {
    return {
      outcome: 'refused',
      code: codeOf(refused.result as DataAccessResult),
      wrongPin: false,
    };
  }
  return answerOf(kind, data.slice(1));
}

function answerOf(kind: TransactionKind, data: readonly Data[]): TransactionAnswer {
  const value = <T>(place: number, shape: Shape<T>): T => shape.read(kind, at(kind, data, place));
  switch (kind) {
    case 'get-version':
      return {
        outcome: 'version',
        moduleVersion: value(0, text),
        metrologyVersion: value(1, text),
      };
    case 'read-parameters': {
      const parameters: Partial<Record<ParameterKey, string>> = {};
      for (const [place, key] of PARAMETER_KEYS.entries()) {
        const written = value(place, optional(text));
        if (written !== null) parameters[key] = written;
      }
      return { outcome: 'parameters', parameters };
    }
    case 'read-settings': {
      const pairs = SETTING_KEYS.map((key, place) => [key, value(place, settingShape(key))]);
      return { outcome: 'settings', settings: Object.fromEntries(pairs) as MeterSettings };
    }
    case 'read-intervals':
      return { outcome: 'intervals', block: blockOf(at(kind, data, 1), at(kind, data, 0)) };
    case 'read-coverage':
      return { outcome: 'coverage', rssiDbm: value(0, signed16) };
    case 'write-parameter':
    case 'configure-clock-sync':
    case 'configure-outage-alarms':
    case 'configure-intervals':
    case 'configure-push':
    case 'configure-event-alarms':
      return { outcome: 'done' };
  }
}

function at(kind: string, data: readonly Data[], place: number): Data {
  const found = data[place];
  if (found === undefined) throw new CodecError(`${kind}: ${place + 1} values wanted`);
  return found;
}
