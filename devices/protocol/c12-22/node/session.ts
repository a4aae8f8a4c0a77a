import type { NetworkServiceName } from '../../psem/network-service.ts';
import type { ServiceName } from '../../psem/service.ts';

/** IDLE: each APDU stands alone. SESSION: this caller has logged on. */
export type NodeState = 'IDLE' | 'SESSION';

/** All that a C12.22 node may be asked. */
export type NodeService = ServiceName | NetworkServiceName;

/**
 * Where a service leads when it was answered with ok; a service that is not in the row of the
 * present state is answered with isss and changes nothing. Tables are read and written in both:
 * without a session the password of an APDU holds for the services behind it in the same APDU.
 */
export const NODE_TRANSITIONS: Readonly<
  Record<NodeState, Readonly<Partial<Record<NodeService, NodeState>>>>
> = {
  IDLE: {
    identify: 'IDLE',
    read: 'IDLE',
    write: 'IDLE',
    security: 'IDLE',
    logon: 'SESSION',
    terminate: 'IDLE',
    disconnect: 'IDLE',
    deregister: 'IDLE',
    resolve: 'IDLE',
    trace: 'IDLE',
  },
  SESSION: {
    identify: 'SESSION',
    read: 'SESSION',
    write: 'SESSION',
    security: 'SESSION',
    wait: 'SESSION',
    logoff: 'IDLE',
    terminate: 'IDLE',
    disconnect: 'IDLE',
    deregister: 'SESSION',
    resolve: 'SESSION',
    trace: 'SESSION',
  },
};

/**
 * Services that a meter has not: those of the serial data links (C12.18, C12.21), and Register,
 * which is asked of a relay.
 */
export const NOT_A_NODES: ReadonlySet<NodeService> = new Set([
  'negotiate',
  'timing-setup',
  'authenticate',
  'register',
]);
