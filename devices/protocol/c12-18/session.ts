import type { ServiceName } from '../psem/service.ts';

/** BASE: nothing agreed. ID: identified. SESSION: logged on. */
export type SessionState = 'BASE' | 'ID' | 'SESSION';

/**
 * Where a service leads when it was answered with ok; a service that is not in the row of the
 * present state is answered with isss and changes nothing (a recorded GE I-210+c does so with a
 * second Identify, and the Logon after it works). Wait stands in ID because clients send it
 * between Negotiate and Logon; Terminate is answered in BASE because clients send it twice.
 */
export const SESSION_TRANSITIONS: Readonly<
  Record<SessionState, Readonly<Partial<Record<ServiceName, SessionState>>>>
> = {
  BASE: { identify: 'ID', terminate: 'BASE' },
  ID: {
    negotiate: 'ID',
    'timing-setup': 'ID',
    authenticate: 'ID',
    wait: 'ID',
    logon: 'SESSION',
    terminate: 'BASE',
  },
  SESSION: {
    read: 'SESSION',
    write: 'SESSION',
    security: 'SESSION',
    authenticate: 'SESSION',
    wait: 'SESSION',
    logoff: 'ID',
    terminate: 'BASE',
  },
};

/** Services of the relatives C12.21 and C12.22: a C12.18 device answers sns wherever it is. */
export const UNSUPPORTED_SERVICES: ReadonlySet<ServiceName> = new Set([
  'disconnect',
  'authenticate',
  'timing-setup',
]);
