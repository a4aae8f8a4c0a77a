import type { Action, ActionOf } from '../../rigs/port/action.ts';

/** The load that stands after an action, given the one before; null for none. */
export function loadAfter(
  action: Action,
  load: ActionOf<'apply-load'> | null,
): ActionOf<'apply-load'> | null {
  if (action.do === 'apply-load') return action;
  return action.do === 'remove-load' || action.do === 'open-mains' ? null : load;
}
