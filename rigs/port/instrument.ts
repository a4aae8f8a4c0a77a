/** The ports of a bench: a few methods each, so that a new instrument is one small file. */

/** What an instrument says of itself; a text is empty when it does not tell that. */
export interface Identity {
  readonly make: string;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
}

/** What every instrument can be asked. */
export interface Instrument {
  /** Null when the instrument cannot say who it is. @throws BenchError (rig) when it should and does not */
  identify(): Promise<Identity | null>;
  /** Gives its port back; changes nothing at the instrument. */
  release(): Promise<void>;
}

/** When a contact moved, as well as the driver knows: bench clock and expanded uncertainty (k = 2). */
export interface ContactMoved {
  readonly atNs: number;
  readonly uncertaintyNs: number;
}

/** Cuts and restores the potential circuit of one socket. */
export interface IsolationSwitch extends Instrument {
  /** How long `open` may still take now, ns, where that is long: a person acts, a board's timer runs. */
  readonly opensWithinNs?: number;
  open(): Promise<ContactMoved>;
  close(): Promise<ContactMoved>;
  /**
   * Opens and lets the board close again by its own timer, which no death of a process disturbs;
   * null for a time that the board cannot count. Left out where the board has no timer.
   */
  openFor?(forNs: number): Promise<{ opened: ContactMoved; closes: ContactMoved } | null>;
  /** The switch's own word on its contact; null when it has none. */
  readBack(): Promise<'open' | 'closed' | null>;
}

/** Feeds the bench: one potential, one current. */
export interface Source extends Instrument {
  setVoltage(milliVolts: number): Promise<void>;
  setCurrent(milliAmps: number, powerFactorPpm: number): Promise<void>;
  setOutput(on: boolean): Promise<void>;
  /** Output off at once, without a ramp: for when nobody knows how long there is. Left out, setOutput. */
  cutOutput?(): Promise<void>;
  /** What the source itself says of its output. @throws BenchError (rig) when its own meter disagrees */
  outputIsOn(): Promise<boolean>;
  /**
   * Feeds the source's watchdog; for whoever holds a source that has one, several times in its
   * delay. Left out where nothing needs to be fed.
   */
  keepAlive?(): Promise<void>;
}

/** One pulse-gated comparison as the standard's error calculator did it. */
export interface Comparison {
  readonly errorPpm: number;
  readonly pulses: number;
  readonly meterMilliWattHours: number;
  readonly referenceMilliWattHours: number;
  /** Energy of the reference's smallest step, where the driver knows it. */
  readonly countMilliWattHours?: number;
  /** From start to result on the bench's clock; for the record only, the gate itself is the standard's. */
  readonly gateNs: number;
  /** Resolution of the result, ppm. */
  readonly resolutionPpm: number;
  /** Whether a person read it off and typed it. */
  readonly typed: boolean;
}

export interface ComparisonRequest {
  readonly pulses: number;
  readonly khWattHours: number;
  /** The comparison is given up after this long: no pulses, no load or a dead calculator. */
  readonly limitNs: number;
  readonly signal: AbortSignal;
  /**
   * Called now and then while the gate is open, between two exchanges with the standard, by drivers
   * that poll: the source is looked at there. What it throws ends the comparison.
   */
  readonly whileOpen?: () => Promise<void>;
}

/** What a standard measures at its terminals; null for what it cannot. */
export interface Electrical {
  readonly milliVolts: number | null;
  readonly milliAmps: number | null;
  readonly powerFactorPpm: number | null;
  readonly milliHertz: number | null;
}

export interface ReferenceStandard extends Instrument {
  /** Expanded uncertainty of energy, ppm, with its coverage factor, from the certificate. */
  readonly uncertaintyPpm: number;
  readonly coverageFactor: number;
  /** Where it senses; only a downstream standard can verify the isolation switch. */
  readonly senses: 'upstream' | 'downstream';
  measure(): Promise<Electrical>;
  /**
   * @throws BenchError (dut) when too few pulses came inside the limit, naming how many; (scenario)
   *   when the standard has no gate for the meter's pulses.
   */
  compare(request: ComparisonRequest): Promise<Comparison>;
  /** What the standard says of its own adjustment; left out where it has no word for that. */
  selfCheck?(): Promise<{ readonly ok: boolean; readonly detail: string }>;
}

/** What came at a pulse output in a window of the bench's clock, as far as stamps can tell. */
export interface EdgeWindow {
  readonly fromNs: number;
  readonly untilNs: number;
  /** Stamps of the edges in it, ascending. */
  readonly edges: readonly number[];
  /** Stamps so near to an end of the window that their edge may lie on its other side. */
  readonly doubtful: number;
}

/** Stamps the edges of a pulse output with the bench's clock. */
export interface EdgeInput extends Instrument {
  /** Expanded uncertainty of one stamp (k = 2). */
  readonly uncertaintyNs: number;
  /** The next `count` edges; @throws BenchError (dut) when they do not come inside the limit. */
  edges(count: number, limitNs: number, signal: AbortSignal): Promise<readonly number[]>;
  /** All edges of a window that is so long; none at all is an answer too. */
  edgesFor(forNs: number, signal: AbortSignal): Promise<EdgeWindow>;
}

/** A table as it was read: bytes, meaning, and the instants between which the meter answered. */
export interface TableReading {
  readonly table: number;
  readonly bytes: Uint8Array;
  readonly value: Readonly<Record<string, unknown>>;
  readonly requestedAtNs: number;
  readonly answeredAtNs: number;
}

/** A logged-on session on the optical port. */
export interface OpticalSession {
  readTable(table: number): Promise<TableReading>;
  /** The bytes of a table, whether or not anybody here knows what they mean. */
  readBytes(table: number): Promise<Uint8Array>;
  /** Runs a standard procedure; @returns its C12.19 result code (0 is done). */
  runProcedure(procedure: number, parameters: Uint8Array): Promise<number>;
  /** Time that a request of so many bytes spends on the line. */
  wireNs(byteCount: number): number;
  close(): Promise<void>;
}

export interface OpticalPort extends Instrument {
  open(): Promise<OpticalSession>;
}

/** The head-end side as the bench drives it: configuration down, clock reference. */
export interface HeadEndSide {
  readonly name: string;
  configureClockSync(settings: {
    readonly enabled: boolean;
    readonly lowerNs: number;
    readonly upperNs: number;
    readonly cycleNs: number;
  }): Promise<ConfigurationAnswer>;
  configureOutageAlarms(settings: {
    readonly declareAfterNs: number;
    readonly restoreAfterNs: number;
  }): Promise<ConfigurationAnswer>;
  setClockSkew(skewNs: number): Promise<void>;
  /** Head-end clock minus bench clock, with the expanded uncertainty of that (k = 2). */
  clockOffset(): Promise<{ readonly offsetNs: number; readonly uncertaintyNs: number }>;
}

export interface ConfigurationAnswer {
  readonly accepted: boolean;
  readonly detail: string;
}
