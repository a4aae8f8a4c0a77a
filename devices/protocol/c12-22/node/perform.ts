/** One service of a C12.22 node after the other, within a session or without one. */
import { CodecError } from '../../bytes/codec-error.ts';
import { withoutPadding } from '../../psem/access.ts';
import {
  type C1222Request,
  type C1222Response,
  MEMBER_SERVICES,
} from '../../psem/network-service.ts';
import { decodeRequest, UnknownService } from '../../psem/request.ts';
import type { DeviceIdentity, TableHost } from '../../psem/table-host.ts';
import { answerRead, answerWrite } from '../../psem/table-services.ts';
import type { ApTitle } from '../ap-title.ts';
import { NODE_TRANSITIONS, NOT_A_NODES, type NodeState } from './session.ts';

/** What the services of an APDU work on, and change. */
export interface Caller {
  state: NodeState;
  /** A right password was given: in the session, or earlier in this APDU. */
  secured: boolean;
  /** Silence after which the session ends, seconds. */
  idleTimeoutS: number;
  /** By how much the next silence may be longer, seconds. */
  waitS: number;
}

export interface NodeIdentity {
  readonly title: ApTitle;
  readonly device: DeviceIdentity;
  /** As Resolve answers it. */
  readonly nativeAddress: Uint8Array;
}

export interface PerformContext {
  readonly host: TableHost;
  readonly identity: NodeIdentity;
  readonly nowNs: number;
  /** Room for one session more. */
  readonly mayLogOn: boolean;
  /** Longest idle time-out that is granted, seconds. */
  readonly idleTimeoutMostS: number;
}

/** Performs one service. Bytes that make none are answered with err, unknown ones with sns. */
export function performService(
  bytes: Uint8Array,
  caller: Caller,
  context: PerformContext,
): C1222Response {
  let request: C1222Request;
  try {
    request = decodeRequest(bytes, 'c12-22');
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { refused: error instanceof UnknownService ? 'sns' : 'err' };
  }
  if (NOT_A_NODES.has(request.service)) return { refused: 'sns' };
  const next = NODE_TRANSITIONS[caller.state][request.service];
  if (next === undefined) return { refused: 'isss' };
  const { host, nowNs } = context;
  // While the device starts anew, the node still answers for the network.
  if (!MEMBER_SERVICES.has(request.service) && host.busy?.(nowNs) === true) {
    return { refused: 'bsy' };
  }
  const response = perform(request, caller, context);
  if (!('refused' in response)) enter(next, caller, context);
  return response;
}

function enter(next: NodeState, caller: Caller, { host, nowNs }: PerformContext): void {
  if (caller.state === next) return;
  if (caller.state === 'SESSION') host.sessionEnded?.('normally', nowNs);
  caller.state = next;
  caller.secured = false;
}

function perform(request: C1222Request, caller: Caller, context: PerformContext): C1222Response {
  const { host, identity, nowNs } = context;
  switch (request.service) {
    case 'identify':
      return { answers: 'identify', identity: identity.device };
    case 'terminate':
    case 'disconnect':
    case 'logoff':
      return { answers: request.service };
    case 'wait':
      caller.waitS = request.seconds;
      return { answers: 'wait' };
    case 'logon':
      return logOn(request, caller, context);
    case 'security':
      // A wrong password is answered with err and takes away nothing that was given before.
      if (!host.security(request.password, nowNs)) return { refused: 'err' };
      caller.secured = true;
      return { answers: 'security' };
    case 'read':
      return answerRead(host, request.table, request.part, caller.secured, nowNs);
    case 'write':
      return answerWrite(host, request, caller.secured, nowNs);
    case 'deregister':
      return isOwn(request.title, identity) ? { answers: 'deregister' } : { refused: 'uat' };
    case 'resolve':
      if (!isOwn(request.title, identity)) return { refused: 'uat' };
      return { answers: 'resolve', nativeAddress: identity.nativeAddress };
    case 'trace':
      // The end of the way: the node adds itself to those that the request came through.
      return { answers: 'trace', titles: [...request.titles, identity.title] };
    case 'negotiate':
    case 'timing-setup':
    case 'authenticate':
    case 'register':
      return { refused: 'sns' };
  }
}

function isOwn(title: ApTitle, identity: NodeIdentity): boolean {
  return title.isSameAs(identity.title);
}

function logOn(
  request: Extract<C1222Request, { service: 'logon' }>,
  caller: Caller,
  { host, nowNs, mayLogOn, idleTimeoutMostS }: PerformContext,
): C1222Response {
  if (!mayLogOn) return { refused: 'bsy' };
  const user = String.fromCharCode(...withoutPadding(request.user));
  const code = host.logon(request.userId, user, nowNs);
  if (code !== 'ok') return { refused: code };
  // 0 asks for no time-out at all, which no node can afford.
  const asked = request.idleTimeoutS ?? 0;
  caller.idleTimeoutS = asked === 0 ? idleTimeoutMostS : Math.min(asked, idleTimeoutMostS);
  return { answers: 'logon', idleTimeoutS: caller.idleTimeoutS };
}
