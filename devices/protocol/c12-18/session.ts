import type { ServiceName } from '../psem/service.ts';
import type { PacketStandard } from './link-settings.ts';

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

/**
 * First bytes of services that a device does not have. They are answered with sns wherever the
 * session is and whatever follows them, as every unknown service is: Disconnect is C12.22's,
 * Authenticate and Timing setup are C12.21's, and which table a default read or write (3E, 4E)
 * means is told by no public source.
 */
export const MISSING_SERVICE_CODES: Readonly<Record<PacketStandard, ReadonlySet<number>>> = {
  'c12-18': new Set([0x22, 0x3e, 0x4e, 0x53, 0x71]),
  'c12-21': new Set([0x22, 0x3e, 0x4e]),
};

/** Services that a busy device answers all the same, so that a client can come and go. */
export const ANSWERED_WHEN_BUSY: ReadonlySet<ServiceName> = new Set(['identify', 'terminate']);
