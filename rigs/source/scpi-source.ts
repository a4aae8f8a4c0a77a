import { z } from 'zod';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import { defineDriver, type DriverContext } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { Identity, Source } from '../port/instrument.ts';
import { EXCHANGE_WITHIN_NS } from '../serial/line-session.ts';
import { openScpi, type ScpiSession } from '../serial/scpi.ts';
import { written, writtenIn } from '../written-quantity.ts';
import { SOURCE_PRESETS, type SourcePreset, type SourcePresetName } from './scpi-presets.ts';
import { scpiSourceTwin } from './scpi-source-twin.ts';
import { refuseBeyond } from './within-limits.ts';

/** Shares of the voltage on the way down; with so little time that a sick source goes off anyhow. */
const RAMP = [0.75, 0.5, 0.25, 0];
const RAMP_WITHIN_NS = NS_PER_S;
/** What the output may take until the source's own meter agrees with it. */
const AGREES_WITHIN_NS = NS_PER_S;
const LOOK_EVERY_NS = 100 * NS_PER_MS;
/** Below this an output counts as dead; what is on must show what was set this closely. */
const DEAD_MILLI_VOLTS = 5_000;
const LIVE_SHARE = 0.1;

export const scpiSource = defineDriver({
  role: 'source',
  name: 'scpi-source',
  summary: 'AC source by SCPI, with presets for makers.',
  reach: 'line',
  options: {
    preset: z
      .enum(Object.keys(SOURCE_PRESETS) as [SourcePresetName, ...SourcePresetName[]])
      .optional()
      .describe('Whose words the source understands; generic when not given.'),
    frequency: writtenIn('Hz').optional().describe('Set before the output goes on, e.g. 60 Hz.'),
    watchdog: written('ns')
      .optional()
      .describe('Silence after which the source itself switches off; whole seconds.'),
  },
  async open(options, context) {
    const scpi = await openScpi(context);
    const source = new ScpiSource(scpi, presetOf(options), options, context);
    try {
      await source.greet();
      return source;
    } catch (error) {
      await scpi.close();
      throw error;
    }
  },
  safety: (options) => ({
    deadMan: watchdogOf(options) === null ? 'none' : 'watchdog',
    // The whole ramp, with a last step that nobody answers, and then the command itself.
    offWithinNs: RAMP_WITHIN_NS + EXCHANGE_WITHIN_NS + presetOf(options).outputSettleNs,
    energisesOnOpen: false,
  }),
  twin: (options, { physics, instrument }) =>
    scpiSourceTwin(physics, presetOf(options), instrument),
});

interface ScpiSourceOptions {
  readonly preset?: SourcePresetName | undefined;
  readonly frequency?: number | undefined;
  readonly watchdog?: number | undefined;
}

function presetOf({ preset = 'generic' }: ScpiSourceOptions): SourcePreset {
  return SOURCE_PRESETS[preset];
}

/** The watchdog that the rig file asks for and the preset has. */
function watchdogOf(options: ScpiSourceOptions): NonNullable<SourcePreset['watchdog']> | null {
  return options.watchdog === undefined ? null : presetOf(options).watchdog;
}

type SourceContext = Pick<DriverContext, 'clock' | 'limits' | 'instrument'>;

/** A source with limits set before its output goes on, and ramped down before it goes off. */
class ScpiSource implements Source {
  readonly keepAlive?: () => Promise<void>;
  readonly #scpi: ScpiSession;
  readonly #preset: SourcePreset;
  readonly #options: ScpiSourceOptions;
  readonly #context: SourceContext;
  readonly #clock: Clock;
  #prepared = false;
  /** Null before anything was commanded: a source that was left on is ramped down as well. */
  #on: boolean | null = null;
  #milliVolts = 0;
  #ramped = false;

  constructor(
    scpi: ScpiSession,
    preset: SourcePreset,
    options: ScpiSourceOptions,
    context: SourceContext,
  ) {
    this.#scpi = scpi;
    this.#preset = preset;
    this.#options = options;
    this.#context = context;
    this.#clock = context.clock;
    if (watchdogOf(options) !== null) {
      // Any exchange feeds it (N6900 guide, p. 252); this one changes nothing.
      this.keepAlive = async () => {
        await scpi.queryBoolean(preset.output.isOn);
      };
    }
  }

  /** Makes sure, before anything is set, that this is the source that the rig file names. */
  async greet(): Promise<void> {
    const { watchdog, preset = 'generic' } = this.#options;
    if (watchdog !== undefined && this.#preset.watchdog === null) {
      const text = `${this.#scpi.name}: the rig file asks for a watchdog, preset ${preset} has none`;
      throw new BenchError('rig', text);
    }
    await this.#scpi.command('*CLS');
    const { model } = await this.identify();
    const named = this.#context.instrument?.model;
    if (named === undefined || plain(model).includes(plain(named))) return;
    throw new BenchError(
      'rig',
      `${this.#scpi.name}: awaited a ${named} as the rig file says, got ${model}`,
    );
  }

  identify(): Promise<Identity> {
    return this.#scpi.identity();
  }

  release(): Promise<void> {
    return this.#scpi.close();
  }

  async setVoltage(milliVolts: number): Promise<void> {
    const { limits } = this.#context;
    refuseBeyond(this.#scpi.name, limits.milliVolts, { value: milliVolts, unit: 'mV' });
    await this.#set(this.#preset.voltage, milliVolts / 1000);
    this.#milliVolts = milliVolts;
    this.#ramped = false;
  }

  async setCurrent(milliAmps: number, powerFactorPpm: number): Promise<void> {
    const { current, powerFactor } = this.#preset;
    refuseBeyond(this.#scpi.name, this.#context.limits.milliAmps, { value: milliAmps, unit: 'mA' });
    // A source that drives no current is at 0 A already; the way to the safe state asks for that.
    if (current === null && milliAmps === 0) return;
    if (current === null) throw this.#cannotSet('a current');
    if (powerFactor !== null) await this.#set(powerFactor, powerFactorPpm / 1e6, 4);
    else if (powerFactorPpm !== 1e6) throw this.#cannotSet('a power factor');
    await this.#set(current, milliAmps / 1000);
  }

  async setOutput(on: boolean): Promise<void> {
    if (on) await this.#switchOn();
    else await this.#switchOff();
  }

  cutOutput(): Promise<void> {
    this.#ramped = true;
    return this.#switch(false);
  }

  async outputIsOn(): Promise<boolean> {
    const on = await this.#scpi.queryBoolean(this.#preset.output.isOn);
    await this.#agrees(on);
    return on;
  }

  async #switchOn(): Promise<void> {
    if (!this.#prepared) await this.#prepare();
    if (this.#ramped) await this.setVoltage(this.#milliVolts);
    await this.#switch(true);
  }

  /** Whatever happens to the ramp, the output goes off. */
  async #switchOff(): Promise<void> {
    try {
      if (this.#on !== false) await this.#rampDown();
    } finally {
      await this.#switch(false);
    }
  }

  async #switch(on: boolean): Promise<void> {
    const { output, outputSettleNs } = this.#preset;
    await this.#scpi.command(on ? output.on : output.off, outputSettleNs);
    this.#on = on;
    await this.#agrees(on);
  }

  /** What must stand before the output goes on. */
  async #prepare(): Promise<void> {
    const { remote, voltageLimit, currentLimit, voltageRange, frequency } = this.#preset;
    const { limits } = this.#context;
    const [volts, amps] = [limits.milliVolts / 1000, limits.milliAmps / 1000];
    if (remote !== null) await this.#scpi.command(remote);
    if (voltageRange !== null) {
      const range = voltageRange.volts.find((most) => most >= volts) ?? voltageRange.volts.at(-1);
      await this.#scpi.command(`${voltageRange.header} ${range}`);
    }
    if (voltageLimit !== null) await this.#set(voltageLimit, volts);
    if (currentLimit !== null) await this.#set(currentLimit, amps);
    if (this.#options.frequency !== undefined) await this.#set(frequency, this.#options.frequency);
    const watchdog = watchdogOf(this.#options);
    if (watchdog !== null) {
      await this.#set(watchdog.delay, Math.ceil((this.#options.watchdog ?? 0) / NS_PER_S), 0);
      await this.#scpi.command(watchdog.on);
    }
    this.#prepared = true;
  }

  async #rampDown(): Promise<void> {
    this.#ramped = true;
    const untilNs = this.#clock.nowNs() + RAMP_WITHIN_NS;
    const { current, voltage } = this.#preset;
    if (current !== null) await this.#set(current, 0);
    for (const share of RAMP) {
      if (this.#clock.nowNs() >= untilNs) return;
      await this.#set(voltage, (this.#milliVolts * share) / 1000);
    }
  }

  /** Compares what the source says of its output with what its own meter shows. */
  async #agrees(on: boolean): Promise<void> {
    const { measuredVoltage } = this.#preset;
    if (measuredVoltage === null) return;
    const untilNs = this.#clock.nowNs() + AGREES_WITHIN_NS;
    for (;;) {
      const milliVolts = 1000 * (await this.#scpi.queryNumber(measuredVoltage));
      if (on ? this.#isLive(milliVolts) : Math.abs(milliVolts) < DEAD_MILLI_VOLTS) return;
      if (this.#clock.nowNs() >= untilNs) throw this.#disagrees(on, milliVolts);
      await this.#clock.sleepUntil(this.#clock.nowNs() + LOOK_EVERY_NS);
    }
  }

  #isLive(milliVolts: number): boolean {
    const set = this.#ramped ? 0 : this.#milliVolts;
    return Math.abs(milliVolts - set) <= Math.max(DEAD_MILLI_VOLTS, LIVE_SHARE * set);
  }

  #disagrees(on: boolean, milliVolts: number): BenchError {
    const says = on ? `on at ${this.#milliVolts / 1000} V` : 'off';
    const shows = `${(milliVolts / 1000).toFixed(1)} V`;
    const waited = formatDurationNs(AGREES_WITHIN_NS);
    const text = `its output is said to be ${says}, its own meter shows ${shows} after ${waited}`;
    return new BenchError('rig', `${this.#scpi.name}: ${text}`);
  }

  #cannotSet(what: string): BenchError {
    const { preset = 'generic' } = this.#options;
    const text = `${this.#scpi.name}: preset ${preset} has no command for ${what}`;
    return new BenchError('scenario', text);
  }

  #set(header: string, value: number, decimals = 3): Promise<void> {
    return this.#scpi.command(`${header} ${value.toFixed(decimals)}`);
  }
}

/** Makers write one model with and without blanks and hyphens. */
function plain(model: string): string {
  return model.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
