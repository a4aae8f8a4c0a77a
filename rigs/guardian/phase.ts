/**
 * What a guardian is at, as a table: every phase times everything that can happen. `take back` and
 * `close` are what its surroundings do on entering the next phase.
 */

export const PHASES = ['guarding', 'taking back', 'taken back', 'closed'] as const;
export type Phase = (typeof PHASES)[number];

export const HAPPENINGS = ['gone', 'silent', 'release', 'by hand', 'made safe', 'close'] as const;
export type Happening = (typeof HAPPENINGS)[number];

export interface Transition {
  readonly next: Phase;
  readonly act: 'take back' | 'close' | null;
}

const STAY = (phase: Phase): Transition => ({ next: phase, act: null });
const TAKE_BACK: Transition = { next: 'taking back', act: 'take back' };
const CLOSE: Transition = { next: 'closed', act: 'close' };

export const TRANSITIONS: Readonly<Record<Phase, Readonly<Record<Happening, Transition>>>> = {
  guarding: {
    gone: TAKE_BACK,
    silent: TAKE_BACK,
    release: TAKE_BACK,
    'by hand': TAKE_BACK,
    'made safe': STAY('guarding'),
    close: CLOSE,
  },
  // Whatever comes while the bench is taken back waits until it is.
  'taking back': {
    gone: STAY('taking back'),
    silent: STAY('taking back'),
    release: STAY('taking back'),
    'by hand': STAY('taking back'),
    'made safe': { next: 'taken back', act: null },
    close: STAY('taking back'),
  },
  'taken back': {
    gone: CLOSE,
    silent: STAY('taken back'),
    release: STAY('taken back'),
    'by hand': TAKE_BACK,
    'made safe': STAY('taken back'),
    close: CLOSE,
  },
  closed: {
    gone: STAY('closed'),
    silent: STAY('closed'),
    release: STAY('closed'),
    'by hand': STAY('closed'),
    'made safe': STAY('closed'),
    close: STAY('closed'),
  },
};
