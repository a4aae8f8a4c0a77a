import type { MeterRules } from '../../../devices/meter/rules/index.ts';

/** Rules for a worker that must fail: it asks them when a meter is written to or registers. */
export const THROWING_RULES: Partial<MeterRules> = {
  replayAccepted: () => {
    throw new Error('a rule of the test');
  },
};
