import { expect, test } from 'vitest';
import type { Defect } from '../../devices/defects/defect.ts';
import { DEFECTS } from '../../devices/defects/index.ts';
import { HEAD_END_RULE_REQUIREMENTS } from '../../devices/head-end/rules/index.ts';
import { RULE_REQUIREMENTS } from '../../devices/meter/rules/index.ts';

/** Requirements that the rules which a defect replaces are there for. */
function carriedBy({ meterRules = {}, headEndRules = {} }: Defect): readonly string[] {
  const ofMeter = Object.keys(meterRules) as (keyof typeof RULE_REQUIREMENTS)[];
  const ofHeadEnd = Object.keys(headEndRules) as (keyof typeof HEAD_END_RULE_REQUIREMENTS)[];
  return [
    ...ofMeter.flatMap((rule) => RULE_REQUIREMENTS[rule]),
    ...ofHeadEnd.flatMap((rule) => HEAD_END_RULE_REQUIREMENTS[rule]),
  ];
}

test('each defect must turn something that the rules it replaces are there for', () => {
  const ofRules = DEFECTS.filter(
    ({ links, observer }) => links === undefined && observer === undefined,
  );
  const astray = ofRules.flatMap((defect) => {
    const carried = carriedBy(defect);
    const strange = defect.mustTurn.filter((requirement) => !carried.includes(requirement));
    return strange.map((requirement) => `${defect.id}: ${requirement}`);
  });
  expect(astray).toEqual([]);
  const effects = DEFECTS.map(({ mustTurn, mustBlind = [] }) => [...mustTurn, ...mustBlind].length);
  expect(Math.min(...effects)).toBeGreaterThan(0);
});

/** Rules that no scenario can ask of yet, with the reason. */
const UNASKED: Readonly<Record<string, string>> = {
  alarmIsRepeat: 'no meter repeats an alarm yet: test/devices/head-end',
  copiesAgree: 'needs a meter that holds what it was not told: test/devices/head-end',
  creepMilliWatts: 'no requirement speaks of creep: test/harness/main/examples',
  demandCounted: 'no scenario resets a demand yet: test/devices/meter/demand',
  maximumReplaced: 'no scenario resets a demand yet: test/devices/meter/demand',
  demandLengthAccepted: 'no scenario writes ST13 yet: test/devices/meter/table-writes',
  modeAllowed: 'no scenario changes the mode yet: test/devices/meter/procedures',
  selfTestPassed: 'no scenario asks for a self test yet: test/devices/meter/procedures',
  counterAccepted: 'no scenario speaks DLMS yet: test/devices/meter/face/dlms/objects',
  counterNearEnd: 'no scenario speaks DLMS yet: test/devices/meter/face/dlms/objects',
  transferredKeysUsed: 'no scenario speaks DLMS yet: test/devices/meter/face/dlms/objects',
  imageAccepted: 'no scenario speaks DLMS yet: test/devices/meter/face/dlms/objects',
};

test('every rule of the meter and of the head-end is broken by some defect', () => {
  const broken = new Set(
    DEFECTS.flatMap(({ meterRules = {}, headEndRules = {} }) => [
      ...Object.keys(meterRules),
      ...Object.keys(headEndRules),
    ]),
  );
  const rules = [...Object.keys(RULE_REQUIREMENTS), ...Object.keys(HEAD_END_RULE_REQUIREMENTS)];
  expect(rules.filter((rule) => !broken.has(rule) && !(rule in UNASKED))).toEqual([]);
});
