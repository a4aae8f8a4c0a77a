/** What a client found wrong with a server and understood all the same. */
import type { GetDataResult, SelectedAttribute } from '../apdu/types.ts';
import type { Data } from '../data.ts';
import type { FindingName } from '../finding.ts';

export type ClientFindingName =
  | FindingName
  /** HLS is due, but the AARE says accepted without more (jDLMS). */
  | 'hls-not-announced'
  /** The server wanted another counter, which was taken over: somebody else uses the key. */
  | 'counter-out-of-step'
  /** A value came in blocks, which were not agreed upon. */
  | 'blocks-not-negotiated'
  /** The connection was closed instead of an answer (some meters do so over a bad counter). */
  | 'closed-without-answer'
  /** An answer came from and to the wrong access points (some concentrators). */
  | 'swapped-saps'
  /** An answer came twice, under a counter that was used before. */
  | 'replayed-answer'
  /** An answer to something else came first: late, or twice. */
  | 'answer-out-of-turn'
  /** A time came with tag 25 instead of as an octet-string. */
  | 'date-time-with-tag'
  /** Columns of a profile are null: unchanged, or counted on by the capture period. */
  | 'null-in-profile';

export interface ClientFinding {
  readonly name: ClientFindingName;
  /** For people; never a secret. */
  readonly detail: string;
}

/** Takes findings, those of the codecs as well. */
export type ClientReport = (finding: ClientFinding) => void;

const PROFILE_GENERIC = 7;
const BUFFER = 2;

/** Reports what is unusual about a value that was read. */
export function inspectResult(
  wanted: SelectedAttribute,
  result: GetDataResult,
  report: ClientReport,
): void {
  if (result.result !== 'data') return;
  const where = `${wanted.logicalName} attribute ${wanted.attribute}`;
  if (contains(result.data, ({ type }) => type === 'date-time')) {
    report({ name: 'date-time-with-tag', detail: where });
  }
  const isBuffer = wanted.classId === PROFILE_GENERIC && wanted.attribute === BUFFER;
  if (isBuffer && contains(result.data, ({ type }) => type === 'null-data')) {
    report({ name: 'null-in-profile', detail: where });
  }
}

function contains(data: Data, isIt: (data: Data) => boolean): boolean {
  return isIt(data) || ('items' in data && data.items.some((item) => contains(item, isIt)));
}
