import { DEFECTS } from '../../devices/defects/index.ts';
import { eachTurnsItsOwn } from './law.ts';
import { isOfTheModule } from './module-families.ts';

eachTurnsItsOwn(
  DEFECTS.filter((defect) => defect.meterRules !== undefined && !isOfTheModule(defect)),
);
