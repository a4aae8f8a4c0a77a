import { DEFECTS } from '../../devices/defects/index.ts';
import { eachTurnsItsOwn } from './law.ts';
import { partOf } from './law-parts.ts';

eachTurnsItsOwn(
  DEFECTS.filter((defect) => defect.meterRules !== undefined && partOf(defect) === 'meter'),
);
