import type { BenchPhysics } from '../bench/physics.ts';
import type { ScpiHandler } from '../serial/scpi-twin.ts';

/** The commands of a simulated source; it refuses what lies beyond its limits, as a real one does. */
export function sourceTwinHandlers(physics: BenchPhysics): Readonly<Record<string, ScpiHandler>> {
  let on = false;
  const set = (apply: (value: number) => void): ScpiHandler => {
    return (argument) => {
      apply(Number(argument));
      return null;
    };
  };
  return {
    '*IDN?': () => 'meterbench,simulated source,0,1',
    VOLT: set((volts) => physics.setSource({ milliVolts: Math.round(volts * 1000) })),
    CURR: set((amps) => physics.setSource({ milliAmps: Math.round(amps * 1000) })),
    PFAC: set((factor) => physics.setSource({ powerFactorPpm: Math.round(factor * 1e6) })),
    'VOLT:LIM': set(() => {}),
    'CURR:LIM': set(() => {}),
    OUTP: (argument) => {
      on = /^(1|ON)$/i.test(argument);
      physics.setSource({ on });
      return null;
    },
    'OUTP?': () => (on ? '1' : '0'),
  };
}
