import { NS_PER_MS, NS_PER_S } from '../../domain/time.ts';
import { type HdlcAddress, serverAddress } from './address.ts';
import { type HdlcParameters, PARAMETER_DEFAULTS } from './parameters.ts';

export interface HdlcClientSettings {
  readonly clientSap: number;
  readonly server: HdlcAddress;
  /** What SNRM asks for; the defaults are not told, as some meters answer only the bare SNRM. */
  readonly parameters: HdlcParameters;
  /** Longest silence between what was sent and what comes back, its time on the line not counted. */
  readonly responseNs: number;
  /** How often a turn is repeated after silence. */
  readonly retries: number;
  /** Pause before a server is polled again that has no answer yet. */
  readonly pollPauseNs: number;
  readonly interOctetNs: number;
  readonly bitsPerSecond: number;
  /** 'discard' where the head hears its own light. */
  readonly echo: 'discard' | 'none';
  /** 'ignore' for meters that never advance their numbers (HXE130). */
  readonly numbers: 'check' | 'ignore';
}

export const HDLC_CLIENT_DEFAULTS: HdlcClientSettings = {
  clientSap: 16,
  server: serverAddress(1, null),
  parameters: PARAMETER_DEFAULTS,
  responseNs: 2 * NS_PER_S,
  retries: 3,
  pollPauseNs: 100 * NS_PER_MS,
  interOctetNs: 500 * NS_PER_MS,
  bitsPerSecond: 9600,
  echo: 'none',
  numbers: 'check',
};
