import { DEFECTS } from '../../devices/defects/index.ts';
import { eachTurnsItsOwn } from './law.ts';

eachTurnsItsOwn(
  DEFECTS.filter(
    ({ headEndRules, needsWallTime }) => headEndRules !== undefined && needsWallTime !== true,
  ),
);
