import type { Source } from '../port/instrument.ts';
import type { ScpiSession } from '../serial/scpi.ts';

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
