import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadScenario } from '../../../harness/scenario/load.ts';
import { Values } from '../../../harness/scenario/values.ts';
import { VERBS, VERB_NAMES } from '../../../harness/scenario/verb/index.ts';
import { ableBench, loaded, projectCatalogue } from '../plan/abilities.ts';

const { profile } = ableBench();
const values = new Values(profile, {});
const catalogue = projectCatalogue();

test('every verb is registered under its own name', () => {
  for (const name of VERB_NAMES) expect(VERBS[name].kind).toBe(name);
});

test.each(VERB_NAMES)(
  'the example of %s is a step that loads and compiles to its action',
  (name) => {
    const verb = VERBS[name];
    const step = verb.example
      .split('\n')
      .map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`);
    const text = [
      'scenario: an example',
      'covers: [CLK-01]',
      'steps:',
      ...step,
      '  - do: measure-clock',
      '    with: { as: other }',
      'expect:',
      '  - measure: other',
      '    limits: { max: 1 s, from: user }',
      '',
    ].join('\n');
    const scenario = loaded(loadScenario('a/b.yaml', text, catalogue));
    const action = verb.compile(scenario.written.steps[0]?.with, values);
    expect(action.do).toBe(name);
  },
);

test('an interruption is aimed at the middle of a tick of the outage timer', () => {
  const action = VERBS['interrupt-mains'].compile({ as: 'outage', for: '15 s' }, values);
  expect(action.forNs).toBe(15e9 + profile.outage.tickNs / 2);
});

test('an accuracy measurement takes as many pulses as the meter type asks for', () => {
  const written = { as: 'error', pulses: 3, 'minimum-gate': '30 s', repeats: 3 };
  expect(VERBS['measure-accuracy'].compile(written, values).pulses).toBe(profile.minimumPulses);
});

const limits = { milliVolts: 264_000, milliAmps: 150_000 };

test('the expected duration of an accuracy measurement follows from the load', () => {
  const verb = VERBS['measure-accuracy'];
  const written = { as: 'error', 'minimum-gate': '30 s', repeats: 3, settle: '10 s' };
  const load = VERBS['apply-load'].compile({ current: '15 A', voltage: '240 V' }, values);
  // 240 V x 15 A is 3600 W: with a Kh of 1 Wh one pulse a second, so 30 pulses fill a gate.
  expect(verb.expectedNs(verb.compile(written, values), { profile, limits, load, roles: [] })).toBe(
    10e9 + 3 * 31 * 1e9,
  );
});

test('a load above the class current or at another voltage is unfit, with the numbers', () => {
  const verb = VERBS['apply-load'];
  const reason = (current: string, voltage: string) =>
    verb.unfit(verb.compile({ current, voltage }, values), {
      profile,
      limits,
      load: null,
      roles: [],
    });
  expect(reason('150 A', '240 V')).toBeNull();
  expect(reason('201 A', '240 V')).toContain('above the class current 200 A');
  expect(reason('30 A', '120 V')).toContain('120 V is not the voltage 240 V');
  expect(reason('151 A', '240 V')).toContain("151 A is above the rig's limit of 150 A");
});

test('a count of pulses lasts as written, or as long as its pulses take at the load', () => {
  const verb = VERBS['count-pulses'];
  const load = VERBS['apply-load'].compile({ current: '0.2 A', voltage: '240 V' }, values);
  const at = { profile, limits, load, roles: [] };
  const inTime = verb.compile({ as: 'creep', for: '20 min' }, values);
  const inPulses = verb.compile({ as: 'started', 'for-pulses': 3 }, values);
  expect(verb.expectedNs(inTime, at)).toBe(1200e9);
  // 48 W and a Kh of 1 Wh: 75 s a pulse; two elements in series-parallel take half of that.
  expect(verb.expectedNs(inPulses, at)).toBe(225e9);
  const two = { ...at, connection: { elements: 2, factor: 2 } };
  expect(verb.expectedNs(inPulses, two)).toBe(112.5e9);
  expect(verb.unfit(inTime, { ...at, load: null })).toBeNull();
  expect(verb.unfit(inPulses, { ...at, load: null })).toBe(
    'started is to last for pulses, but no load is applied before',
  );
});

test.each(['', ', for: 20 min, for-pulses: 3'])(
  'a count of pulses says how long in one way: "%s" is refused where it stands',
  (how) => {
    const text = [
      'scenario: an example',
      'covers: [MNT-04]',
      'steps:',
      `  - { do: count-pulses, with: { as: creep${how} } }`,
      'expect:',
      '  - measure: creep',
      '    limits: { max: 1 pulses, from: user }',
      '',
    ].join('\n');
    const result = loadScenario('a/b.yaml', text, catalogue);
    expect(result.ok ? [] : result.mistakes).toMatchObject([
      { line: 4, message: expect.stringContaining('write for or for-pulses, one of them') },
    ]);
  },
);

test('documentation of every verb is written out', () => {
  for (const name of VERB_NAMES) {
    const { summary, documentation, example } = VERBS[name];
    expect(summary).toMatch(/\.$/);
    expect(documentation.length).toBeGreaterThan(20);
    expect(parse(example)).toMatchObject({ do: name });
  }
});

test('docs/verbs.md is fresh', async () => {
  const { verbReference } = await import('../../../harness/scenario/reference.ts');
  expect(readFileSync('docs/verbs.md', 'utf8')).toBe(verbReference());
});
