import { BenchError } from '../port/bench.ts';
import type { DriverContext } from './driver.ts';

/** Where secrets come from: what the optical port takes, and the environment of the process. */
export function secretsFrom(
  opticalPassword: Uint8Array,
  environment: Readonly<Record<string, string | undefined>>,
): DriverContext['secret'] {
  return (name) => {
    if (name === 'optical-password') return opticalPassword;
    const text = environment[name.variable];
    if (text !== undefined && text !== '') return Buffer.from(text, 'utf8');
    throw new BenchError(
      'rig',
      `the rig file names the environment variable ${name.variable} for a secret; it is not set`,
    );
  };
}
