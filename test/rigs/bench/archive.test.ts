import { expect, test } from 'vitest';
import { benchForTests } from './bench-for-tests.ts';

test('all tables of settings, registers and logs are kept as bytes; what is refused is noted', async () => {
  const bench = await benchForTests();
  const { observed } = bench;
  await bench.perform({ do: 'close-mains' });
  await bench.perform({ do: 'archive-tables' });
  const tables = observed.flatMap((seen) => (seen.kind === 'table' ? [seen] : []));
  const numbers = tables.map(({ table }) => table);
  for (const table of [0, 1, 12, 21, 22, 23, 52, 61, 64, 74]) expect(numbers).toContain(table);
  expect(numbers.some((table) => [3, 4].includes(Math.floor(table / 10)))).toBe(false);
  expect(new Set(numbers).size).toBe(numbers.length);
  const registers = tables.find(({ table }) => table === 23);
  expect(registers?.bytesHex).toMatch(/^([0-9a-f]{2})+$/);
  // Procedure initiate is there to be written to, and nothing has been answered in ST8 (C12.19).
  const refused = observed.flatMap((seen) => (seen.kind === 'evidence' ? [seen.detail] : []));
  expect(refused).toEqual([
    expect.stringContaining('Read of table 7: answered with'),
    expect.stringContaining('Read of table 8: answered'),
  ]);
});
