import { expect, test } from 'vitest';
import { FaultyLink, type LinkFaults } from '../../../rigs/wrap/faulty-link.ts';

interface Numbered {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** What comes of 1,000 datagrams. */
function passed(faults: Partial<LinkFaults>, seed = 1): Numbered[] {
  const delivered: Numbered[] = [];
  const link = new FaultyLink<Numbered>(faults, seed, (one) => delivered.push(one));
  for (let number = 0; number < 1_000; number++) {
    link.pass({ number, bytes: Uint8Array.of(number & 0xff, number >> 8) });
  }
  link.flush();
  return delivered;
}

const numbersOf = (datagrams: readonly Numbered[]): number[] =>
  datagrams.map(({ number }) => number);
const ALL = Array.from({ length: 1_000 }, (_, number) => number);

test('without faults everything passes once and in order', () => {
  expect(numbersOf(passed({}))).toEqual(ALL);
});

test('one in N is dropped, in each run of N', () => {
  const left = new Set(numbersOf(passed({ dropOneIn: 100 })));
  for (let first = 0; first < 1_000; first += 100) {
    const missing = ALL.slice(first, first + 100).filter((number) => !left.has(number));
    expect(missing).toHaveLength(1);
  }
});

test('one in N comes twice, one after the other', () => {
  const numbers = numbersOf(passed({ duplicateOneIn: 250 }));
  expect(numbers).toHaveLength(1_004);
  expect(numbers.filter((number, place) => numbers[place - 1] === number)).toHaveLength(4);
});

test('one in N changes places with the next, and none is lost', () => {
  const numbers = numbersOf(passed({ reorderOneIn: 200 }));
  expect(numbers.toSorted((one, other) => one - other)).toEqual(ALL);
  expect(numbers.filter((number, place) => (numbers[place + 1] ?? number) < number)).toHaveLength(
    5,
  );
});

test('what is told apart as flows changes places within its own flow only', () => {
  const delivered: Numbered[] = [];
  const link = new FaultyLink<Numbered>(
    { reorderOneIn: 4 },
    1,
    (one) => delivered.push(one),
    ({ number }) => number % 10,
  );
  for (const number of ALL) link.pass({ number, bytes: Uint8Array.of(0) });
  link.flush();
  const swapped = Array.from({ length: 10 }, (_, flow) => {
    const own = numbersOf(delivered).filter((number) => number % 10 === flow);
    expect(own).toHaveLength(100);
    return own.filter((number, place) => (own[place + 1] ?? number) < number).length;
  });
  expect(swapped.filter((count) => count === 0)).toEqual([]);
});

test('one in N has one byte changed, in a copy', () => {
  const spoiled = passed({ spoilOneIn: 500 }).filter(
    ({ number, bytes }) => bytes[0] !== (number & 0xff) || bytes[1] !== number >> 8,
  );
  expect(spoiled).toHaveLength(2);
});

test('a seed strikes the same datagrams again, another seed others', () => {
  const faults = { dropOneIn: 50, duplicateOneIn: 70, reorderOneIn: 90, spoilOneIn: 110 };
  expect(passed(faults, 7)).toEqual(passed(faults, 7));
  expect(passed(faults, 7)).not.toEqual(passed(faults, 8));
});

test('what is held back at the end of the traffic comes out by flush', () => {
  const delivered: Numbered[] = [];
  const link = new FaultyLink<Numbered>({ reorderOneIn: 1 }, 1, (one) => delivered.push(one));
  link.pass({ number: 0, bytes: Uint8Array.of(0) });
  expect(delivered).toEqual([]);
  link.flush();
  link.flush();
  expect(numbersOf(delivered)).toEqual([0]);
});
