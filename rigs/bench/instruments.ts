import type { Binding } from '../driver/binding.ts';
import type { Driver, DriverContext, Ports, Role } from '../driver/driver.ts';
import type { DriverOf } from '../driver/own-driver.ts';
import type { ByteChannel, LineSettings } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import type { Operator } from '../port/operator.ts';
import type { MainsBinding, RigFile, RigPosition, StandardBinding } from '../rig-file.ts';
import type { BenchParts } from './parts.ts';

/** What it takes to open the instruments of a socket. */
export interface InstrumentsOptions {
  readonly rig: RigFile;
  readonly position: RigPosition;
  readonly clock: Clock;
  readonly operator: Operator;
  readonly limits: { readonly milliVolts: number; readonly milliAmps: number };
  readonly secret: DriverContext['secret'];
  readonly driverOf: DriverOf;
  /** Opens the line of a binding: a real one, or one with a twin behind it. */
  readonly openLine: (request: LineRequest) => Promise<ByteChannel>;
  /** Instruments that somebody else holds (the guardian): taken as they are, not opened. */
  readonly held?: Partial<Pick<Instruments, 'isolation' | 'source'>>;
}

export interface LineRequest {
  readonly role: Role;
  /** As messages call the instrument: "isolation switch", "probe temperature". */
  readonly name: string;
  readonly driver: Driver;
  readonly binding: Binding;
  readonly settings: LineSettings;
}

export type Instruments = Pick<
  BenchParts,
  | 'isolation'
  | 'source'
  | 'standard'
  | 'optical'
  | 'clockOutput'
  | 'pulses'
  | 'console'
  | 'probes'
  | 'stimuli'
  | 'wiring'
> & {
  /** Gives all ports back, last-first. @throws the first that did not go, after all were tried */
  readonly release: () => Promise<void>;
};

/** Opens what a rig file names for a socket; what was opened before a failure is given back. */
export async function openInstruments(options: InstrumentsOptions): Promise<Instruments> {
  const { rig, position, held } = options;
  const opener = new Opener(options);
  const { open, all } = opener;
  try {
    return {
      isolation: held?.isolation ?? (await open('isolation-switch', 'isolation switch', rig.mains)),
      source: held?.source ?? (await open('source', 'source', rig.source)),
      standard: await open('reference-standard', 'reference standard', rig.standard),
      optical: await open('optical-port', 'optical port', position.optical),
      clockOutput: await open('clock-output', 'clock output', position['clock-output']),
      pulses: await open('pulse-input', 'pulse input', position['pulse-input']),
      console: await open('console', 'console', position.console),
      probes: await all('probe', { ...rig.probes, ...position.probes }),
      stimuli: await all('stimulus', position.stimuli ?? {}),
      wiring: {
        connection: position.dut.connection,
        standardTemperature: rig.standard?.instrument?.temperature ?? null,
      },
      release: () => opener.release(),
    };
  } catch (error) {
    await opener.release().catch(() => undefined);
    throw error;
  }
}

/** What the context of a driver is made from. */
export type ContextSource = Pick<
  InstrumentsOptions,
  'clock' | 'operator' | 'limits' | 'secret' | 'openLine'
> & {
  readonly mains: MainsBinding | null;
  readonly standard: StandardBinding | null;
};

/** What a driver is told to open the instrument of a binding. */
export function driverContext(
  { mains, standard, clock, operator, limits, secret, openLine }: ContextSource,
  line: Omit<LineRequest, 'settings'>,
): DriverContext {
  return {
    name: line.name,
    clock,
    operator,
    limits,
    secret,
    port: line.binding.port,
    instrument: line.binding.instrument,
    readback: line.role === 'isolation-switch' ? (mains?.readback ?? 'none') : 'none',
    senses: standard?.senses ?? 'upstream',
    openLine: (settings) => openLine({ ...line, settings }),
  };
}

class Opener {
  readonly #options: InstrumentsOptions;
  readonly #opened: { release(): Promise<void> }[] = [];

  constructor(options: InstrumentsOptions) {
    this.#options = options;
  }

  readonly open = async <R extends Role>(
    role: R,
    name: string,
    binding: Binding | undefined,
  ): Promise<Ports[R] | null> => {
    if (binding === undefined) return null;
    const driver = this.#options.driverOf(role, binding);
    const { rig, ...rest } = this.#options;
    const { mains = null, standard = null } = rig;
    const context = driverContext({ ...rest, mains, standard }, { role, name, driver, binding });
    const instrument = await driver.open(binding.options, context);
    this.#opened.push(instrument);
    return instrument;
  };

  readonly all = async <R extends 'probe' | 'stimulus'>(
    role: R,
    bindings: Readonly<Record<string, Binding>>,
  ): Promise<ReadonlyMap<string, Ports[R]>> => {
    const found = new Map<string, Ports[R]>();
    for (const [name, binding] of Object.entries(bindings)) {
      const instrument = await this.open(role, `${role} ${name}`, binding);
      if (instrument !== null) found.set(name, instrument);
    }
    return found;
  };

  async release(): Promise<void> {
    let failure: unknown = null;
    for (let next = this.#opened.pop(); next !== undefined; next = this.#opened.pop()) {
      await next.release().catch((error: unknown) => {
        failure ??= error;
      });
    }
    if (failure !== null) throw failure;
  }
}
