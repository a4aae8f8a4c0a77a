/** What an operator may set of the head-end, and what it is when nobody did. */
export interface HeadEndParameters {
  /** How long the answer to Get Version is awaited, each attempt. PRV-03 */
  readonly versionTimeoutMs: number;
  /** The same for every other transaction. */
  readonly transactionTimeoutMs: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Pause before the first retry; each further one is twice as long. */
  readonly retryPauseMs: number;
  /**
   * Transactions that left less than `burstMs` ago and are not answered: more of them wait. A
   * meter that is silent does not hold up the others for longer than that.
   */
  readonly burst: number;
  readonly burstMs: number;
  /** For how long a registration holds; the module registers again at each boot anyway. */
  readonly registrationPeriodS: number;
  /** IVs of one meter that are reserved in the store at a time. */
  readonly ivBlock: number;
  /** How far below the highest IV of a meter a message may be; 64 at most. FWO-09 */
  readonly ivWindow: number;
}

export const DEFAULT_PARAMETERS: HeadEndParameters = {
  versionTimeoutMs: 120_000, // response time-out of GXF
  transactionTimeoutMs: 30_000, // own choice: a round trip over GPRS takes a few seconds
  retries: 2, // GXF
  retryPauseMs: 30_000, // GXF, x2
  burst: 200, // own choice: fits a UDP socket's default receive buffer
  burstMs: 2_000, // own choice
  registrationPeriodS: 86_400, // own choice
  ivWindow: 64, // own choice: what a carrier lets overtake
  ivBlock: 64, // own choice: what a crash skips stays inside a receiver's window
};
