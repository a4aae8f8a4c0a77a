/**
 * The module's way into the network: Pre-Configured, Configured, Placed (source 000:5-16). A
 * transition says what is to be done; who does it is elsewhere.
 */

export const MODULE_STATES = ['pre-configured', 'configured', 'placed'] as const;
export type ModuleState = (typeof MODULE_STATES)[number];

export type ModuleEvent = 'booted' | 'parameters-complete' | 'registration-accepted';

export type ModuleAction = 'auto-configure' | 'register' | 'register-anew' | 'confirm';

export interface ModuleTransition {
  readonly to: ModuleState;
  readonly action: ModuleAction;
}

/** What is missing changes nothing: a module that was never configured is told nothing by a head-end. */
const TRANSITIONS: Readonly<
  Record<ModuleState, Readonly<Partial<Record<ModuleEvent, ModuleTransition>>>>
> = {
  'pre-configured': {
    booted: { to: 'pre-configured', action: 'auto-configure' },
    'parameters-complete': { to: 'configured', action: 'register' },
  },
  configured: {
    booted: { to: 'configured', action: 'register-anew' },
    'registration-accepted': { to: 'placed', action: 'confirm' },
  },
  // Each boot is a new attach, so that the head-end must be told where the module is now.
  placed: {
    booted: { to: 'placed', action: 'register-anew' },
    'registration-accepted': { to: 'placed', action: 'confirm' },
  },
};

/** What an event makes of a state; undefined when it means nothing there. */
export function moduleTransition(
  state: ModuleState,
  event: ModuleEvent,
): ModuleTransition | undefined {
  return TRANSITIONS[state][event];
}
