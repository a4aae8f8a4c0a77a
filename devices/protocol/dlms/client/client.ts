/**
 * A DLMS client, the head-end's end of one association, without input and output: every call is an
 * {@link Exchange} that a driver carries over TCP, UDP or HDLC. One at a time.
 */
import type { ActionAnswer, GetDataResult, SelectedAttribute } from '../apdu/types.ts';
import type { DataAccessResult } from '../result.ts';
import { accessAll, type AccessPart, type AccessPartResult } from './access.ts';
import { invokeMethods, type MethodCall } from './action.ts';
import { connect, type Connected } from './connect.ts';
import type { Answered, Exchange } from './exchange.ts';
import type { ClientFinding } from './finding.ts';
import { getAttributes } from './get.ts';
import type { DlmsClientOptions } from './options.ts';
import { release, type Released } from './release.ts';
import { type ClientNegotiated, ClientSession } from './session.ts';
import { type AttributeValue, setAttributes } from './set.ts';

export class DlmsClient {
  readonly #session: ClientSession;

  constructor(options: DlmsClientOptions) {
    this.#session = new ClientSession(options);
  }

  /** What was wrong with the server and understood all the same, in the order in which it came. */
  get findings(): readonly ClientFinding[] {
    return this.#session.findings;
  }

  /** What was agreed upon; null without an association. */
  get negotiated(): ClientNegotiated | null {
    return this.#session.negotiated;
  }

  /** Highest counter of the server under its global key; null where nothing was ciphered. */
  get serverCounter(): number | null {
    return this.#session.cipher?.serverCounter ?? null;
  }

  /** Notes what only the driver can see: access points that are swapped, for one. */
  note(finding: ClientFinding): void {
    this.#session.report(finding);
  }

  /** Opens the association; whatever was before is forgotten. */
  connect(): Exchange<Connected> {
    return connect(this.#session);
  }

  /** Reads attributes; a result for each, in their order. */
  get(attributes: readonly SelectedAttribute[]): Exchange<Answered<GetDataResult>> {
    return getAttributes(this.#session, attributes);
  }

  /** Writes attributes; a result for each, in their order. */
  set(writes: readonly AttributeValue[]): Exchange<Answered<DataAccessResult>> {
    return setAttributes(this.#session, writes);
  }

  /** Invokes methods; a result for each, in their order. */
  act(calls: readonly MethodCall[]): Exchange<Answered<ActionAnswer>> {
    return invokeMethods(this.#session, calls);
  }

  /** Gets, sets and actions in one APDU, when ACCESS was agreed upon. */
  access(
    parts: readonly AccessPart[],
    { breakOnError = false } = {},
  ): Exchange<Answered<AccessPartResult>> {
    return accessAll(this.#session, parts, breakOnError);
  }

  release(): Exchange<Released> {
    return release(this.#session);
  }

  /** The connection is gone, and all that was agreed on it. */
  pathLost(): void {
    this.#session.lost();
  }
}
