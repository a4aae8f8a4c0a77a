import type { Defect } from './defect.ts';
import { reportedDeviationNs } from '../meter/rules/clock-sync.ts';

export const clockAlarmWithoutSign: Defect = {
  id: 'clock-alarm-without-sign',
  title: 'The alarm reports the deviation of a slow meter as that of a fast one',
  mustTurn: ['CLK-02'],
  mayTurn: ['CLK-04'],
  meterRules: {
    reportedDeviationNs: (deviationNs) => Math.abs(reportedDeviationNs(deviationNs)),
  },
};
