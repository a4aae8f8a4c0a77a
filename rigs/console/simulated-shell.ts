import type { BenchPhysics } from '../bench/physics.ts';

/** A few commands of a simulated module, on the physics of its bench: each gives what it prints. */
export function simulatedShell(physics: BenchPhysics, serial: string): (command: string) => string {
  const commands: Readonly<Record<string, (argument: string) => string>> = {
    serial: () => serial,
    mains: () => `${(physics.terminals.milliVolts / 1e3).toFixed(1)} V`,
    storage: () => `${(physics.storageMilliVolts() / 1e3).toFixed(3)} V`,
    stimulus: (name) => physics.stimulus(name) ?? 'rest',
    echo: (text) => text,
  };
  return (command) => {
    const [, word = '', argument = ''] = /^(\S*)\s*(.*)$/.exec(command) ?? [];
    return commands[word]?.(argument) ?? `${word}: not found`;
  };
}
