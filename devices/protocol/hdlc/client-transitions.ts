import type { FrameKind } from './control.ts';

/** NDM: not connected. NRM: connected. Between them an answer to SNRM or DISC is awaited. */
export type ClientState = 'NDM' | 'connecting' | 'NRM' | 'disconnecting';

/** What a client does with a frame of its server. */
export type ClientAct =
  | 'connected'
  | 'disconnected'
  | 'refused'
  | 'lost'
  | 'rejected'
  | 'take-turn'
  | 'unnumbered';

interface Step {
  readonly next: ClientState;
  readonly act: ClientAct;
}

const UNNUMBERED = { act: 'unnumbered' } as const;

/** Frames that are in no row are late, or those of a client: an echo. */
export const CLIENT_TRANSITIONS: Readonly<
  Record<ClientState, Readonly<Partial<Record<FrameKind, Step>>>>
> = {
  NDM: { UI: { next: 'NDM', ...UNNUMBERED } },
  connecting: {
    UA: { next: 'NRM', act: 'connected' },
    DM: { next: 'NDM', act: 'refused' },
    FRMR: { next: 'NDM', act: 'rejected' },
    UI: { next: 'connecting', ...UNNUMBERED },
  },
  NRM: {
    I: { next: 'NRM', act: 'take-turn' },
    RR: { next: 'NRM', act: 'take-turn' },
    RNR: { next: 'NRM', act: 'take-turn' },
    REJ: { next: 'NRM', act: 'take-turn' },
    DM: { next: 'NDM', act: 'lost' },
    FRMR: { next: 'NDM', act: 'rejected' },
    UI: { next: 'NRM', ...UNNUMBERED },
  },
  disconnecting: {
    UA: { next: 'NDM', act: 'disconnected' },
    DM: { next: 'NDM', act: 'disconnected' },
    FRMR: { next: 'NDM', act: 'disconnected' },
    UI: { next: 'disconnecting', ...UNNUMBERED },
  },
};
