import { expect, test } from 'vitest';
import { SNAPSHOT_FIELDS } from '../../../rigs/port/fleet.ts';
import {
  ExpressionError,
  compileExpression,
  evaluateExpression,
  fieldsIn,
  measurementsIn,
  rowExpression,
} from '../../../harness/scenario/expression.ts';

const parameters = {
  lower: { value: 5e9, unit: 'ns' },
  enabled: true,
  repeats: 3,
  name: 'a',
} as const;

const compile = (text: string) => compileExpression(text, parameters, ['deviation']);
const evaluate = (text: string) => evaluateExpression(text, parameters, { deviation: -6e9 });

test.each([
  ['abs(measured.deviation) >= lower && enabled', true],
  ['abs(measured.deviation) < lower', false],
  ['-measured.deviation', 6e9],
  ['lower / 2 > 1', true],
  ['lower == quantity("5 s")', true],
  ['lower == 5000000000', true],
  ['repeats + 1', 4],
  ['7', 7],
  ['name == "a"', true],
  ['enabled ? lower : 0.0', 5e9],
])('%s gives %s', (text, result) => {
  expect(compile(text).ok).toBe(true);
  expect(evaluate(text)).toBe(result);
});

test('the type of the result is known before anything is measured', () => {
  expect(compile('measured.deviation > lower')).toEqual({ ok: true, type: 'bool' });
  expect(compile('measured.deviation * 2')).toEqual({ ok: true, type: 'double' });
});

test('an unknown name is told with its place and with what there is', () => {
  expect(compile('lowr > 5.0')).toMatchObject({
    ok: false,
    start: 0,
    end: 4,
    unknown: { name: 'lowr', allowed: ['lower', 'enabled', 'repeats', 'name', 'measured'] },
  });
});

test('a measurement that no step takes is told with its place', () => {
  expect(compile('measured.deviaton > 5.0')).toMatchObject({
    ok: false,
    start: 9,
    end: 17,
    unknown: { name: 'deviaton', allowed: ['deviation'] },
  });
});

test.each(['lower + enabled', 'lower > (', '[1, 2]', ''])('%s is refused', (text) => {
  expect(compile(text).ok).toBe(false);
});

test('the measurements of an expression are listed once each', () => {
  expect(
    measurementsIn('abs(measured.a) > 1.0 && (measured.b < 2.0 || measured.a == 0.0)'),
  ).toEqual(['a', 'b']);
});

test('a measurement that was not taken is named in the error', () => {
  expect(() => evaluateExpression('measured.residual > lower', parameters, {})).toThrow(
    new ExpressionError('not measured: residual (in "measured.residual > lower")', ['residual']),
  );
});

const compileRow = (text: string) => compileExpression(text, parameters, [], SNAPSHOT_FIELDS);
const row = {
  meter: { settings: 'a', registrations: 2, confirmedAt: 6e9 },
  headEnd: { settings: 'a', inRegistrationGroup: true },
};

test.each([
  ['meter.settings == headEnd.settings && headEnd.inRegistrationGroup', true],
  ['meter.registrations == 2 && meter.confirmedAt >= lower', true],
  ['meter.settings != headEnd.settings', false],
])('over a row of a snapshot, %s is %s', (text, result) => {
  expect(compileRow(text)).toEqual({ ok: true, type: 'bool' });
  expect(rowExpression(text, parameters)(row)).toBe(result);
});

test('a field that no snapshot has is told with its place and with what there is', () => {
  expect(compileRow('headEnd.stat == "placed"')).toMatchObject({
    ok: false,
    message: 'headEnd has no field stat',
    start: 8,
    end: 12,
    unknown: { name: 'stat', allowed: Object.keys(SNAPSHOT_FIELDS.headEnd) },
  });
  expect(compile('headEnd.state == "placed"')).toMatchObject({ ok: false });
});

test.each(['read.outcome == "read"', 'headEnd.state == "placed"', 'meter.registrations', '1 +'])(
  'of a row that cannot answer, %s is an error',
  (text) => {
    expect(() => rowExpression(text, parameters)(row)).toThrow(ExpressionError);
  },
);

test('the fields that an expression names are listed once each', () => {
  expect(fieldsIn('meter.a == headEnd.b && (meter.a != lower || name.c)')).toEqual([
    ['meter', 'a'],
    ['headEnd', 'b'],
  ]);
});
