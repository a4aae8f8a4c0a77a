import { expect, test } from 'vitest';
import {
  HAPPENINGS,
  type Happening,
  type Phase,
  PHASES,
  TRANSITIONS,
} from '../../../rigs/guardian/phase.ts';

test('a guardian’s phases, each with whatever may happen in it', () => {
  const told = PHASES.flatMap((phase) =>
    HAPPENINGS.map((happening) => {
      const { next, act } = TRANSITIONS[phase][happening];
      return `${phase} | ${happening} | ${next} | ${act ?? '-'}`;
    }),
  );
  expect(told).toEqual([
    'guarding | gone | taking back | take back',
    'guarding | silent | taking back | take back',
    'guarding | release | taking back | take back',
    'guarding | by hand | taking back | take back',
    'guarding | made safe | guarding | -',
    'guarding | close | closed | close',
    'taking back | gone | taking back | -',
    'taking back | silent | taking back | -',
    'taking back | release | taking back | -',
    'taking back | by hand | taking back | -',
    'taking back | made safe | taken back | -',
    'taking back | close | taking back | -',
    'taken back | gone | closed | close',
    'taken back | silent | taken back | -',
    'taken back | release | taken back | -',
    'taken back | by hand | taking back | take back',
    'taken back | made safe | taken back | -',
    'taken back | close | closed | close',
    'closed | gone | closed | -',
    'closed | silent | closed | -',
    'closed | release | closed | -',
    'closed | by hand | closed | -',
    'closed | made safe | closed | -',
    'closed | close | closed | -',
  ]);
});

test.each(HAPPENINGS)(
  'whatever way a guardian gets to "closed", %s does not bring it back',
  (last) => {
    const closed: Phase = 'closed';
    expect(TRANSITIONS[closed][last satisfies Happening].next).toBe('closed');
  },
);
