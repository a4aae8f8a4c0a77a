import { describe, expect, test } from 'vitest';
import { testIdentity } from '../../../devices/domain/identity.ts';
import type { PlacementState } from '../../../devices/domain/northbound.ts';
import {
  HEAD_END_RULE_REQUIREMENTS,
  HEAD_END_RULES as rules,
} from '../../../devices/head-end/rules/index.ts';
import { SETTINGS } from './story.ts';

const LIMIT_MS = 1_800_000;
const STATES: readonly PlacementState[] = [
  'unknown',
  'placed',
  'provisioning',
  'provisioned',
  'failed',
];

test('every rule names a requirement that it carries', () => {
  expect(Object.keys(HEAD_END_RULE_REQUIREMENTS)).toEqual(Object.keys(rules));
  for (const ids of Object.values(HEAD_END_RULE_REQUIREMENTS)) {
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) expect(id).toMatch(/^[A-Z]{2,3}-\d\d$/);
  }
});

test.each([
  [0, false],
  [LIMIT_MS - 1, false],
  [LIMIT_MS, false],
  [LIMIT_MS + 1, true],
])('PRV-02: after %i ms overdue is %s', (elapsedMs, overdue) => {
  expect(rules.provisioningOverdue(elapsedMs)).toBe(overdue);
});

test.each([
  ['4.10.0', true],
  ['4.2.0', false],
  ['4.9.99', false],
  ['4.10', true],
  ['4.10.1', true],
  ['5.0', true],
  ['10.0.0', true],
  ['4.9', false],
])('PRV-04: a module of version %s keeps a schedule: %s', (version, pushes) => {
  const steps = rules.stepsFor(version);
  expect(steps.includes('configure-push')).toBe(pushes);
  expect(steps.at(-1)).toBe('read-settings');
  expect(steps).not.toContain('get-version');
});

test.each([
  [99, 100, 200, false],
  [100, 100, 200, true],
  [200, 100, 200, true],
  [201, 100, 200, false],
  [100, 100, 100, true],
])('PRV-07: %i lies in [%i, %i]: %s', (at, from, to, holds) => {
  expect(rules.windowHolds(at, from, to)).toBe(holds);
});

test.each([
  [0, true],
  [99, true],
  [100, false],
  [101, false],
])('LOD-02: with %i of 100 in flight one more may go: %s', (inFlight, may) => {
  expect(rules.mayStartPoll(inFlight, 100)).toBe(may);
});

test.each([
  [0, true],
  [1, false],
])('LOD-01: with %i open the next cluster may begin: %s', (open, may) => {
  expect(rules.nextClusterMayStart(open)).toBe(may);
});

describe.each(STATES)('a meter that is %s', (state) => {
  test('may be provisioned when it is placed and not being provisioned (REG-08)', () => {
    const may = rules.provisioningRefusal(state) === null;
    expect(may).toBe(['placed', 'provisioned', 'failed'].includes(state));
  });

  test('may be read when it is provisioned (REG-09, PRV-01)', () => {
    expect(rules.readRefusal(state) === null).toBe(state === 'provisioned');
  });

  test('is placed by a registration when it was unknown (REG-07)', () => {
    expect(rules.placedWhen(state)).toBe(state === 'unknown' ? 'placed' : state);
  });
});

test('REG-10: an identity is believed for its own serial number, title and check digit', () => {
  const identity = testIdentity(3);
  const right = { identity, serialOfTitle: identity.serial, asksForOwnTitle: true };
  expect(rules.identityRefusal(right)).toBeNull();
  const other = identity.iccId.endsWith('4') ? '5' : '4';
  const wrong = [
    { ...right, serialOfTitle: testIdentity(4).serial },
    { ...right, asksForOwnTitle: false },
    { ...right, identity: { ...identity, iccId: `${identity.iccId}0` } },
    { ...right, identity: { ...identity, iccId: identity.iccId.replace(/.$/, other) } },
  ].map((question) => rules.identityRefusal(question));
  expect(new Set(wrong).size).toBe(3);
  expect(wrong).not.toContain(null);
});

test.each([
  [1, false, true],
  [0, true, false],
  [-1, false, true],
  [-1, true, false],
  [-64, false, true],
  [-65, false, false],
])('FWO-09: an IV %i ahead, seen %s, is taken: %s', (ahead, seen, taken) => {
  expect(rules.replayAccepted(ahead, seen, 64)).toBe(taken);
});

test.each(Object.keys(SETTINGS))('REG-13: copies with another %s do not agree', (name) => {
  expect(rules.copiesAgree(SETTINGS, { ...SETTINGS })).toBe(true);
  expect(rules.copiesAgree(SETTINGS, { ...SETTINGS, [name]: 1 })).toBe(false);
  expect(rules.copiesAgree(SETTINGS, { ...SETTINGS, [name]: null })).toBe(false);
});

test('PRV-05, PRV-06: each cause has checks of its own', () => {
  const causes = ['overdue', 'version not given', 'no answer', 'step refused'] as const;
  const texts = causes.map((cause) => rules.diagnosisFor(cause).checks.join('; '));
  expect(new Set(texts).size).toBe(causes.length);
});
