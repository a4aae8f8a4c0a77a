import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf } from '../../devices/domain/error-text.ts';
import { defineDriver, type DriverContext } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import { SshConsole } from './ssh-console.ts';

const variable = z
  .string()
  .regex(/^[A-Za-z_]\w*$/, { error: () => 'the name of an environment variable' });

/**
 * One command, one channel: what `ssh host command` does, so that there is no prompt to be found.
 * The host key is compared with the rig file's: a bench talks to its own device or to none.
 */
export const consoleSsh = defineDriver({
  role: 'console',
  name: 'console-ssh',
  summary: 'A console by SSH, with the fingerprint of its host key.',
  reach: 'none',
  options: {
    host: z.string().min(1).describe('Name or address of the device.'),
    'ssh-port': z.int().min(1).max(65_535).default(22).describe('22 usually.'),
    user: z.string().min(1).describe('Who logs in there.'),
    fingerprint: z
      .string()
      .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, {
        error: () => 'SHA256: and 43 characters, as ssh-keygen -lf shows it',
      })
      .optional()
      .describe('Of the host key. Without it nothing is sent, and the one that was seen is told.'),
    'password-from': variable
      .optional()
      .describe('Name of the environment variable that holds the password.'),
    'key-from': variable
      .optional()
      .describe('Name of the environment variable that holds the path of the private key.'),
  },
  open(options, context) {
    const { host, 'ssh-port': port, user, fingerprint = null } = options;
    const name = `${context.name} at ${host}:${port}`;
    const secret = secretOf(name, options, context);
    const { clock } = context;
    return Promise.resolve(new SshConsole({ name, clock, host, port, user, fingerprint, secret }));
  },
});

interface Named {
  readonly 'password-from'?: string | undefined;
  readonly 'key-from'?: string | undefined;
}

function secretOf(
  name: string,
  { 'password-from': password, 'key-from': key }: Named,
  { secret }: DriverContext,
): { readonly password: string } | { readonly privateKey: string } {
  if ((password === undefined) === (key === undefined)) {
    throw new BenchError('rig', `${name}: either password-from or key-from is wanted`);
  }
  if (password !== undefined) return { password: textOf(secret({ variable: password })) };
  const file = textOf(secret({ variable: key ?? '' }));
  try {
    return { privateKey: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new BenchError('rig', `${name}: the key cannot be read: ${messageOf(error)}`);
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
