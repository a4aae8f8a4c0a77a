import { NS_PER_MS } from '../../devices/domain/time.ts';
import { defineDriver } from '../driver/driver.ts';
import type { Identity, Source } from '../port/instrument.ts';
import { identityOf, openScpi, type ScpiSession } from '../serial/scpi.ts';
import { ScpiTwin } from '../serial/scpi-twin.ts';
import { sourceTwinHandlers } from './scpi-source-twin.ts';

export const scpiSource = defineDriver({
  role: 'source',
  name: 'scpi-source',
  summary: 'AC source by SCPI.',
  reach: 'line',
  options: {},
  async open(_options, context) {
    return new ScpiSource(await openScpi(context), context.limits);
  },
  safety: () => ({ deadMan: 'none', offWithinNs: 100 * NS_PER_MS, energisesOnOpen: false }),
  twin: (_options, { physics }) => new ScpiTwin(physics.scheduler, sourceTwinHandlers(physics)),
});

/**
 * A source with the generic SCPI commands that most AC sources share (VOLT, CURR, OUTP), with
 * limits set before the output goes on. Presets for makers come as tables of other headers.
 */
export class ScpiSource implements Source {
  readonly #scpi: ScpiSession;
  #limitsSet = false;
  readonly #limits: { readonly milliVolts: number; readonly milliAmps: number };

  constructor(
    scpi: ScpiSession,
    limits: { readonly milliVolts: number; readonly milliAmps: number },
  ) {
    this.#scpi = scpi;
    this.#limits = limits;
  }

  async identify(): Promise<Identity> {
    return identityOf(await this.#scpi.query('*IDN?'));
  }

  release(): Promise<void> {
    return this.#scpi.close();
  }

  async setVoltage(milliVolts: number): Promise<void> {
    await this.#scpi.command(`VOLT ${(milliVolts / 1000).toFixed(3)}`);
  }

  async setCurrent(milliAmps: number, powerFactorPpm: number): Promise<void> {
    await this.#scpi.command(`PFAC ${(powerFactorPpm / 1e6).toFixed(4)}`);
    await this.#scpi.command(`CURR ${(milliAmps / 1000).toFixed(3)}`);
  }

  async setOutput(on: boolean): Promise<void> {
    if (on && !this.#limitsSet) {
      await this.#scpi.command(`VOLT:LIM ${(this.#limits.milliVolts / 1000).toFixed(3)}`);
      await this.#scpi.command(`CURR:LIM ${(this.#limits.milliAmps / 1000).toFixed(3)}`);
      this.#limitsSet = true;
    }
    await this.#scpi.command(on ? 'OUTP ON' : 'OUTP OFF');
  }

  async outputIsOn(): Promise<boolean> {
    return /^(1|ON)$/i.test(await this.#scpi.query('OUTP?'));
  }
}
