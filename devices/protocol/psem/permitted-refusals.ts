import type { Refusal } from './response-code.ts';
import type { ServiceName } from './service.ts';

/**
 * With which codes each service may be refused; null is any. Beyond these, a service that a
 * device does not have at all is answered with sns, and bytes that are no request with err.
 */
const PERMITTED_REFUSALS: Readonly<Record<ServiceName, ReadonlySet<Refusal> | null>> = {
  identify: new Set(['err', 'bsy', 'isss']),
  terminate: new Set(['err']),
  disconnect: new Set(['err']),
  read: null,
  write: null,
  logon: new Set(['err', 'bsy', 'iar', 'isss']),
  security: new Set(['err', 'bsy', 'isss']),
  logoff: new Set(['err', 'bsy', 'isss']),
  authenticate: new Set(['err', 'sns', 'bsy', 'isss']),
  negotiate: new Set(['err', 'sns', 'bsy', 'isss']),
  wait: new Set(['err', 'sns', 'bsy', 'isss']),
  'timing-setup': new Set(['err', 'sns', 'bsy', 'isss']),
};

/** Whether the standard lets the service be refused with this code. */
export function mayRefuse(service: ServiceName, code: Refusal): boolean {
  return PERMITTED_REFUSALS[service]?.has(code) ?? true;
}
