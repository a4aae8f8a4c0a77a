/**
 * A meter type as plain data (rigs/profiles/*.yaml, checked by rigs/profile.ts). Everything that
 * a bench, a plan or the model must know of a type stands here, units last in the names.
 */
export interface MeterProfile {
  readonly profile: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly form: string;
  readonly voltageMilliVolts: number;
  readonly testCurrentMilliAmps: number;
  readonly classCurrentMilliAmps: number;
  readonly elements: number;
  /** Energy per pulse of the test LED, Wh (the Kh on the nameplate). */
  readonly khWattHours: number;
  /** Accuracy class as the greatest permitted error. */
  readonly accuracyClassPpm: number;
  /** Pulses that the maker asks for in one comparison. */
  readonly minimumPulses: number;
  readonly clock: {
    readonly settable: boolean;
    /** Resolution of what the clock shows and of what the module compares in. */
    readonly tickNs: number;
    readonly driftPpmMaximum: number;
    /** A square wave of 1 Hz in step with the clock's seconds. */
    readonly output: boolean;
  };
  readonly outage: {
    /** Resolution of the module's outage timer. */
    readonly tickNs: number;
    readonly capacitanceFarads: number;
    readonly fullVolts: number;
    readonly minimumVolts: number;
    readonly idleWatts: number;
    readonly transmissionJoules: number;
    readonly bootNs: number;
    /** Mains that fill the empty storage. */
    readonly rechargeNs: number;
  };
  readonly loadProfile: { readonly intervalMinutes: number; readonly capacity: number };
  readonly module: {
    readonly heartbeatNs: number;
    /** Longest wait from the boot to the first word, drawn so that a street does not speak at once. */
    readonly startDelayNs: number;
    /** Waits of what is not answered: the first, each twice the one before, and the longest. */
    readonly retryFirstNs: number;
    readonly retryMostNs: number;
    /** How far a wait may be off, either way. */
    readonly retryJitterPpm: number;
    /** How far below the highest IV of its source a message may be; 64 at most. FWO-09 */
    readonly ivWindow: number;
    /** What is done to data before it is enciphered. RD-08 */
    readonly compression: 'none' | 'deflate';
  };
}
