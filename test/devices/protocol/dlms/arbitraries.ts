import fc from 'fast-check';
import type {
  AccessRequest,
  AccessResponse,
  ActionAnswer,
  AttributeDescriptor,
  DataBlock,
  GetDataResult,
  InvokeId,
  LongInvokeId,
  MethodDescriptor,
  SelectedAttribute,
  XdlmsApdu,
} from '../../../../devices/protocol/dlms/apdu/types.ts';
import type { Aare, Aarq, AcseApdu } from '../../../../devices/protocol/dlms/acse.ts';
import {
  APPLICATION_CONTEXTS,
  ASSOCIATION_RESULTS,
  MECHANISMS,
} from '../../../../devices/protocol/dlms/acse.ts';
import type { Data, NumberType } from '../../../../devices/protocol/dlms/data.ts';
import type { CosemDateTime } from '../../../../devices/protocol/dlms/date-time.ts';
import { obisText } from '../../../../devices/protocol/dlms/obis.ts';
import {
  ACTION_RESULTS,
  DATA_ACCESS_RESULTS,
  type DataRefusal,
} from '../../../../devices/protocol/dlms/result.ts';

function unsigned(bits: number): fc.Arbitrary<number> {
  return fc.oneof(
    fc.maxSafeInteger().map((value) => Math.abs(value) % 2 ** bits),
    fc.constantFrom(0, 2 ** bits - 1),
  );
}

function signed(bits: number): fc.Arbitrary<number> {
  return unsigned(bits).map((value) => value - 2 ** (bits - 1));
}

function octets(minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength });
}

function keysOf<Name extends string>(names: Readonly<Record<Name, number>>): fc.Arbitrary<Name> {
  return fc.constantFrom(...(Object.keys(names) as Name[]));
}

function ofNumber(type: NumberType, value: fc.Arbitrary<number>): fc.Arbitrary<Data> {
  return value.map((one) => ({ type, value: one }));
}

const latin1 = fc.string({
  unit: fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
});

const scalar: fc.Arbitrary<Data> = fc.oneof(
  fc.constantFrom<Data>({ type: 'null-data' }, { type: 'dont-care' }),
  fc.boolean().map((value): Data => ({ type: 'boolean', value })),
  fc
    .array(fc.constantFrom('0', '1'), { maxLength: 300 })
    .map((bits): Data => ({ type: 'bit-string', bits: bits.join('') })),
  ofNumber('double-long', signed(32)),
  ofNumber('double-long-unsigned', unsigned(32)),
  ofNumber('integer', signed(8)),
  ofNumber('long', signed(16)),
  ofNumber('unsigned', unsigned(8)),
  ofNumber('long-unsigned', unsigned(16)),
  ofNumber('enum', unsigned(8)),
  ofNumber('float32', fc.float()),
  ofNumber('float64', fc.double()),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value): Data => ({ type: 'long64', value })),
  fc
    .bigInt({ min: 0n, max: 2n ** 64n - 1n })
    .map((value): Data => ({ type: 'long64-unsigned', value })),
  octets(0, 300).map((bytes): Data => ({ type: 'octet-string', bytes })),
  octets(0, 20).map((bytes): Data => ({ type: 'bcd', bytes })),
  octets(12).map((bytes): Data => ({ type: 'date-time', bytes })),
  octets(5).map((bytes): Data => ({ type: 'date', bytes })),
  octets(4).map((bytes): Data => ({ type: 'time', bytes })),
  latin1.map((text): Data => ({ type: 'visible-string', text })),
  fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .map((text): Data => ({ type: 'utf8-string', text })),
);

/** All but compact arrays, which are only read. */
export const data: fc.Arbitrary<Data> = fc.letrec<{ data: Data }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc
      .tuple(fc.constantFrom('array', 'structure'), fc.array(tie('data'), { maxLength: 6 }))
      .map(([type, items]): Data => ({ type, items })),
  ),
})).data;

const invokeId: fc.Arbitrary<InvokeId> = fc.record({
  id: unsigned(4),
  confirmed: fc.boolean(),
  highPriority: fc.boolean(),
});
const longInvokeId: fc.Arbitrary<LongInvokeId> = fc.record({
  id: unsigned(24),
  selfDescriptive: fc.boolean(),
  breakOnError: fc.boolean(),
  confirmed: fc.boolean(),
  highPriority: fc.boolean(),
});
const logicalName = octets(6).map(obisText);
const attribute: fc.Arbitrary<AttributeDescriptor> = fc.record({
  classId: unsigned(16),
  logicalName,
  attribute: signed(8),
});
const selected: fc.Arbitrary<SelectedAttribute> = fc
  .tuple(attribute, fc.option(fc.record({ selector: unsigned(8), parameters: data })))
  .map(([descriptor, selection]) => ({ ...descriptor, selection }));
const method: fc.Arbitrary<MethodDescriptor> = fc.record({
  classId: unsigned(16),
  logicalName,
  method: signed(8),
});
const block: fc.Arbitrary<DataBlock> = fc.record({
  last: fc.boolean(),
  blockNumber: unsigned(32),
  raw: octets(0, 200),
});
const refusal = keysOf(DATA_ACCESS_RESULTS).filter(
  (result): result is DataRefusal => result !== 'success',
);
const getDataResult: fc.Arbitrary<GetDataResult> = fc.oneof(
  data.map((value): GetDataResult => ({ result: 'data', data: value })),
  refusal.map((result): GetDataResult => ({ result })),
);
const actionAnswer: fc.Arbitrary<ActionAnswer> = fc.record({
  result: keysOf(ACTION_RESULTS),
  returned: fc.option(getDataResult),
});
const parameters: fc.Arbitrary<Data | null> = fc.option(data);
const time: fc.Arbitrary<Uint8Array | null> = fc.option(octets(12));
const dedicatedKey: fc.Arbitrary<Uint8Array | null> = fc.option(octets(16));
const dateTimeOrNone = fc.oneof(octets(0), octets(12));
const blockNumber = unsigned(32);

function some<T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(one, { maxLength: 4 });
}

const is = fc.constant;
const dataAccessResult = keysOf(DATA_ACCESS_RESULTS);
const get = { service: is('get-request' as const), invokeId };
const got = { service: is('get-response' as const), invokeId };
const set = { service: is('set-request' as const), invokeId };
const wasSet = { service: is('set-response' as const), invokeId };
const act = { service: is('action-request' as const), invokeId };
const acted = { service: is('action-response' as const), invokeId };

const accessRequest: fc.Arbitrary<AccessRequest> = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.record({ access: fc.constantFrom('get', 'set'), attribute: selected }),
        fc.record({ access: is('action' as const), method }),
      ),
      data,
    ),
    { maxLength: 4 },
  )
  .chain((services) =>
    fc.record({
      service: is('access-request' as const),
      longInvokeId,
      dateTime: dateTimeOrNone,
      specifications: is(services.map(([specification]) => specification)),
      data: is(services.map(([, value]) => value)),
    }),
  );

const accessResponse: fc.Arbitrary<AccessResponse> = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.record({ access: fc.constantFrom('get', 'set'), result: dataAccessResult }),
        fc.record({ access: is('action' as const), result: keysOf(ACTION_RESULTS) }),
      ),
      data,
    ),
    { maxLength: 4 },
  )
  .chain((services) =>
    fc.record({
      service: is('access-response' as const),
      longInvokeId,
      dateTime: dateTimeOrNone,
      data: is(services.map(([, value]) => value)),
      results: is(services.map(([result]) => result)),
    }),
  );

/** Every kind of every service. */
export const APDUS: readonly fc.Arbitrary<XdlmsApdu>[] = [
  fc.record({ ...get, kind: is('normal'), attribute: selected }),
  fc.record({ ...get, kind: is('next'), blockNumber }),
  fc.record({ ...get, kind: is('with-list'), attributes: some(selected) }),
  fc.record({ ...got, kind: is('normal'), result: getDataResult }),
  fc.record({
    ...got,
    kind: is('with-datablock'),
    last: fc.boolean(),
    blockNumber,
    block: fc.oneof(fc.record({ raw: octets(0, 300) }), fc.record({ result: refusal })),
  }),
  fc.record({ ...got, kind: is('with-list'), results: some(getDataResult) }),
  fc.record({ ...set, kind: is('normal'), attribute: selected, value: data }),
  fc.record({ ...set, kind: is('with-first-datablock'), attribute: selected, block }),
  fc.record({ ...set, kind: is('with-datablock'), block }),
  fc.record({ ...set, kind: is('with-list'), attributes: some(selected), values: some(data) }),
  fc.record({
    ...set,
    kind: is('with-list-and-first-datablock'),
    attributes: some(selected),
    block,
  }),
  fc.record({ ...wasSet, kind: is('normal'), result: dataAccessResult }),
  fc.record({ ...wasSet, kind: is('datablock'), blockNumber }),
  fc.record({ ...wasSet, kind: is('last-datablock'), result: dataAccessResult, blockNumber }),
  fc.record({
    ...wasSet,
    kind: is('last-datablock-with-list'),
    results: some(dataAccessResult),
    blockNumber,
  }),
  fc.record({ ...wasSet, kind: is('with-list'), results: some(dataAccessResult) }),
  fc.record({ ...act, kind: is('normal'), method, parameters }),
  fc.record({ ...act, kind: is('next-pblock'), blockNumber }),
  fc.record({ ...act, kind: is('with-list'), methods: some(method), parameters: some(data) }),
  fc.record({ ...act, kind: is('with-first-pblock'), method, block }),
  fc.record({ ...act, kind: is('with-list-and-first-pblock'), methods: some(method), block }),
  fc.record({ ...act, kind: is('with-pblock'), block }),
  fc.record({ ...acted, kind: is('normal'), answer: actionAnswer }),
  fc.record({ ...acted, kind: is('with-pblock'), block }),
  fc.record({ ...acted, kind: is('with-list'), answers: some(actionAnswer) }),
  fc.record({ ...acted, kind: is('next-pblock'), blockNumber }),
  fc.record({
    service: is('data-notification'),
    longInvokeId,
    dateTime: dateTimeOrNone,
    body: data,
  }),
  fc.record({
    service: is('event-notification'),
    time,
    attribute,
    value: data,
  }),
  fc.record({
    service: is('exception-response'),
    stateError: fc.constantFrom('service-not-allowed', 'service-unknown'),
    serviceError: is('invocation-counter-error'),
    expectedCounter: unsigned(32),
  }),
  fc.record({
    service: is('exception-response'),
    stateError: fc.constantFrom('service-not-allowed', 'service-unknown'),
    serviceError: fc.constantFrom(
      'operation-not-possible',
      'service-not-supported',
      'other-reason',
      'pdu-too-long',
      'deciphering-error',
    ),
    expectedCounter: is(null),
  }),
  accessRequest,
  accessResponse,
  fc.record({
    service: is('initiate-request'),
    dedicatedKey,
    responseAllowed: fc.boolean(),
    dlmsVersion: unsigned(8),
    conformance: unsigned(24),
    clientMaxReceivePduSize: unsigned(16),
  }),
  fc.record({
    service: is('initiate-response'),
    dlmsVersion: unsigned(8),
    conformance: unsigned(24),
    serverMaxReceivePduSize: unsigned(16),
    vaaName: unsigned(16),
  }),
  fc.record({
    service: is('confirmed-service-error'),
    initiateError: fc.constantFrom(
      'dlms-version-too-low',
      'incompatible-conformance',
      'pdu-size-too-short',
      'refused-by-the-vde-handler',
      'other',
    ),
  }),
];

const context = keysOf(APPLICATION_CONTEXTS);
const mechanism = fc.option(keysOf(MECHANISMS));
const title = fc.option(octets(8));
const optionalOctets = fc.option(octets(0, 200));

const aarq: fc.Arbitrary<Aarq> = fc.record({
  acse: is('aarq'),
  context,
  callingSystemTitle: title,
  mechanism,
  authenticationValue: optionalOctets,
  userInformation: optionalOctets,
});
const aare: fc.Arbitrary<Aare> = fc.record({
  acse: is('aare'),
  context,
  result: keysOf(ASSOCIATION_RESULTS),
  diagnostic: fc.record({ source: fc.constantFrom('user', 'provider'), code: unsigned(7) }),
  respondingSystemTitle: title,
  mechanism,
  authenticationValue: optionalOctets,
  userInformation: optionalOctets,
});

export const acse: fc.Arbitrary<AcseApdu> = fc.oneof(
  aarq,
  aare,
  fc.record({
    acse: fc.constantFrom('rlrq', 'rlre'),
    reason: fc.option(unsigned(8)),
    userInformation: optionalOctets,
  }),
);

const any = fc.constant(null);

export const dateTime: fc.Arbitrary<CosemDateTime> = fc.record({
  year: fc.option(fc.integer({ min: 0, max: 0xfffe })),
  month: fc.oneof(any, fc.integer({ min: 1, max: 12 }), fc.constantFrom('dst-begin', 'dst-end')),
  day: fc.oneof(any, fc.integer({ min: 1, max: 31 }), fc.constantFrom('last', 'second-last')),
  weekday: fc.option(fc.integer({ min: 1, max: 7 })),
  hour: fc.option(fc.integer({ min: 0, max: 23 })),
  minute: fc.option(fc.integer({ min: 0, max: 59 })),
  second: fc.option(fc.integer({ min: 0, max: 59 })),
  hundredths: fc.option(fc.integer({ min: 0, max: 99 })),
  deviationMinutes: fc.option(fc.integer({ min: -840, max: 840 })),
  status: fc.option(
    fc.record({
      invalid: fc.boolean(),
      doubtful: fc.boolean(),
      differentClockBase: fc.boolean(),
      invalidClockStatus: fc.boolean(),
      daylightSaving: fc.boolean(),
    }),
  ),
});
