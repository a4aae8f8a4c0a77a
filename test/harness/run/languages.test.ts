import { expect, test } from 'vitest';
import { LANGUAGES, USUAL_LANGUAGE } from '../../../devices/domain/language.ts';
import { runInMemory, turned } from '../../../harness/main/memory-run.ts';

/** ARC-02: what is asked and what is found do not depend on what the module speaks. */

const others = LANGUAGES.filter((language) => language !== USUAL_LANGUAGE);

/** What is said of scenarios that are bound to other languages. */
const BOUND: Readonly<Partial<Record<(typeof LANGUAGES)[number], readonly string[]>>> = {
  mqtt: ['security/enciphered'],
};

/** "<scenario>, <case>, <requirement>: <verdict>" of a whole run. */
async function verdictsOf(protocol: (typeof LANGUAGES)[number]): Promise<readonly string[]> {
  const { judgement } = await runInMemory('quick', { protocol });
  return judgement.verdicts.map(
    ({ scenario, case: name, requirement, verdict }) =>
      `${scenario}, ${name}, ${requirement}: ${verdict}`,
  );
}

let usual: Promise<readonly string[]> | undefined;

test.each(others)('the suite has the same verdicts over %s', async (language) => {
  const verdicts = await verdictsOf(language);
  usual ??= verdictsOf(USUAL_LANGUAGE);
  const bound = BOUND[language] ?? [];
  const isFree = (line: string): boolean =>
    !bound.some((scenario) => line.startsWith(`${scenario},`));
  expect(verdicts.filter(isFree)).toEqual((await usual).filter(isFree));
  expect(verdicts.filter((line) => !isFree(line) && !line.endsWith('inapplicable'))).toEqual([]);
  expect(verdicts.length).toBeGreaterThan(100);
});

test('one story in all languages turns when the meters keep silent in it', async () => {
  const clean = await runInMemory('architecture/languages');
  expect(turned(clean.judgement)).toEqual(new Set());
  const { judgement } = await runInMemory('architecture/languages', { defect: 'no-last-gasp' });
  expect(turned(judgement)).toEqual(new Set(['ARC-02']));
});
