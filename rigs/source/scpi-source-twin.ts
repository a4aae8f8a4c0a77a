import type { BenchPhysics } from '../bench/physics.ts';
import { type ScpiHandler, setting } from '../serial/scpi-twin.ts';

/** A command that takes a number. */
function number(apply: (value: number) => void): ScpiHandler {
  return setting((argument) => apply(Number(argument)));
}

/** The commands of a simulated source; it refuses what lies beyond its limits, as a real one does. */
export function sourceTwinHandlers(physics: BenchPhysics): Readonly<Record<string, ScpiHandler>> {
  let on = false;
  return {
    '*IDN?': () => 'meterbench,simulated source,0,1',
    VOLT: number((volts) => physics.setSource({ milliVolts: Math.round(volts * 1000) })),
    CURR: number((amps) => physics.setSource({ milliAmps: Math.round(amps * 1000) })),
    PFAC: number((factor) => physics.setSource({ powerFactorPpm: Math.round(factor * 1e6) })),
    'VOLT:LIM': number(() => {}),
    'CURR:LIM': number(() => {}),
    OUTP: (argument) => {
      on = /^(1|ON)$/i.test(argument);
      physics.setSource({ on });
      return null;
    },
    'OUTP?': () => (on ? '1' : '0'),
  };
}
