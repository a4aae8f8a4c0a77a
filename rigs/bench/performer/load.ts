import { need, type Performer } from '../parts.ts';
import { registerSafeState } from './mains.ts';

export const applyLoad: Performer<'apply-load'> = {
  needs: ['source'],
  async perform(action, parts, context) {
    const source = need(parts, 'source', 'apply-load');
    registerSafeState(parts, context);
    context.energise(`${action.currentMilliAmps / 1000} A at ${parts.position}`);
    await source.setVoltage(action.voltageMilliVolts);
    await source.setCurrent(action.currentMilliAmps, action.powerFactorPpm);
    parts.memory.load = action;
  },
};

export const removeLoad: Performer<'remove-load'> = {
  needs: ['source'],
  async perform(_action, parts) {
    await need(parts, 'source', 'remove-load').setCurrent(0, 1_000_000);
    parts.memory.load = null;
  },
};
