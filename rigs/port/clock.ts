/** Time as the bench sees it: simulated or real, the users of it cannot tell. */
export interface Clock {
  /** UTC, in whole seconds, at which `nowNs` was zero: the bench's UTC is this plus `nowNs`. */
  readonly startUtcMs: number;
  /** Monotonic nanoseconds since `startUtcMs`. */
  nowNs(): number;
  /**
   * Tells of an error that came out of something the clock called back (a twin, a model): our own
   * fault, but time goes on, so that a bench can still be taken back. One listener.
   */
  onFailure(listener: (error: unknown) => void): void;
  /**
   * Resolves at `atNs`, at once when that is past.
   * @throws the signal's reason when it is aborted first.
   */
  sleepUntil(atNs: number, signal?: AbortSignal): Promise<void>;
}
