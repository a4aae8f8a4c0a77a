import { expect, test } from 'vitest';
import { formatQuantity, parseQuantity, quantityIn } from '../../../devices/domain/quantity.ts';

test.each(['23.5 °C', '23.5°C', '23.5 degC', '23500 mdegC'])('%s is a temperature', (text) => {
  const quantity = parseQuantity(text);
  expect(quantity).toEqual({ value: 23_500, unit: 'mdegC' });
  expect(quantity && formatQuantity(quantity)).toBe('23.5 °C');
});

test('a temperature may be below zero, and none is finer than a thousandth of a degree', () => {
  expect(parseQuantity('-40 °C')).toEqual({ value: -40_000, unit: 'mdegC' });
  expect(parseQuantity('1.2345 °C')).toBeUndefined();
  expect(parseQuantity('1 °F')).toBeUndefined();
});

test('a reading is rounded to the smallest unit, where a limit that is finer is refused', () => {
  expect(quantityIn(2.500_123_4, 'V')).toEqual({ value: 2500, unit: 'mV' });
  expect(parseQuantity('2.5001234 V')).toBeUndefined();
});

test.each([
  [1, 'toString'],
  [1, 'furlong'],
  [Number.NaN, 'V'],
  [Number.POSITIVE_INFINITY, 'V'],
])('%d %s is no quantity', (amount, spelling) => {
  expect(quantityIn(amount, spelling)).toBeUndefined();
});
