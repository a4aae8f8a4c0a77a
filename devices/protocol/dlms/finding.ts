/**
 * A departure of a peer from the standard that was understood all the same. A certifying laboratory
 * wants to know both: it worked, and it was wrong.
 */
export interface Finding {
  readonly name: FindingName;
  /** For people: what stood there. */
  readonly detail: string;
}

export type FindingName =
  /** Octets follow the APDU in its frame (Gurux C repeats the time of its clock). */
  | 'octets-after-apdu'
  /** The time of an EventNotification without the flag of an OPTIONAL (Gurux C). */
  | 'event-time-without-flag'
  /** The time of an EventNotification as Data (Iskra MX382). */
  | 'event-time-as-data'
  /** An AARE names the protocol version, which is the default: legal, but not everybody reads it. */
  | 'aare-with-protocol-version'
  /** An RLRE that cannot be read (Gurux C with ciphering): taken as released. */
  | 'broken-release-response';

/**
 * Takes what was found. Codecs that are given one read what they can of a peer's faults; without one
 * they refuse them.
 */
export type Report = (finding: Finding) => void;
