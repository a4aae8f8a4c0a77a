import type { Defect } from './defect.ts';
import { stepsFor } from '../head-end/rules/provisioning.ts';

export const aSettingLeftOut: Defect = {
  id: 'a-setting-left-out',
  title: 'Provisioning leaves the outage alarms out and ends as if it had not',
  mustTurn: ['REG-13'],
  mayTurn: [
    'EV-07',
    'RD-02',
    'PRV-01',
    'PRV-04',
    'PRV-09',
    'PRV-07',
    'OUT-01',
    'OUT-02',
    'OUT-03',
    'OUT-10',
    'OUT-11',
    'REG-09',
    'PRV-02',
  ],
  headEndRules: {
    stepsFor: (version) => stepsFor(version).filter((step) => step !== 'configure-outage-alarms'),
  },
};
