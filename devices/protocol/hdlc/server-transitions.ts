import type { FrameKind } from './control.ts';

/**
 * NDM: not connected. NRM: connected. rejecting: a frame came that nothing can be done with, and
 * the client has to connect again.
 */
export type ServerState = 'NDM' | 'NRM' | 'rejecting';

/** What a server does with a frame; `take-turn` may yet lead to `rejecting`. */
export type ServerAct = 'connect' | 'release' | 'refuse' | 'take-turn' | 'reject' | 'unnumbered';

interface Step {
  readonly next: ServerState;
  readonly act: ServerAct;
}

/** Frames that are in no row are those of a server: an echo, or another server on the line. */
export const SERVER_TRANSITIONS: Readonly<
  Record<ServerState, Readonly<Partial<Record<FrameKind, Step>>>>
> = {
  NDM: {
    SNRM: { next: 'NRM', act: 'connect' },
    DISC: { next: 'NDM', act: 'refuse' },
    I: { next: 'NDM', act: 'refuse' },
    RR: { next: 'NDM', act: 'refuse' },
    RNR: { next: 'NDM', act: 'refuse' },
    REJ: { next: 'NDM', act: 'refuse' },
    UI: { next: 'NDM', act: 'unnumbered' },
    unknown: { next: 'NDM', act: 'refuse' },
  },
  NRM: {
    SNRM: { next: 'NRM', act: 'connect' },
    DISC: { next: 'NDM', act: 'release' },
    I: { next: 'NRM', act: 'take-turn' },
    RR: { next: 'NRM', act: 'take-turn' },
    RNR: { next: 'NRM', act: 'take-turn' },
    REJ: { next: 'NRM', act: 'take-turn' },
    UI: { next: 'NRM', act: 'unnumbered' },
    unknown: { next: 'rejecting', act: 'reject' },
  },
  rejecting: {
    SNRM: { next: 'NRM', act: 'connect' },
    DISC: { next: 'NDM', act: 'release' },
    I: { next: 'rejecting', act: 'reject' },
    RR: { next: 'rejecting', act: 'reject' },
    RNR: { next: 'rejecting', act: 'reject' },
    REJ: { next: 'rejecting', act: 'reject' },
    UI: { next: 'rejecting', act: 'unnumbered' },
    unknown: { next: 'rejecting', act: 'reject' },
  },
};
