import { createHash } from 'node:crypto';
import { Client, type ClientChannel } from 'ssh2';
import { messageOf } from '../../devices/domain/error-text.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { Console } from '../port/probe.ts';
import { masked, plainText, shownEnd } from './transcript.ts';

export interface SshConsoleOptions {
  /** As messages call it: "console at 192.0.2.1:22". */
  readonly name: string;
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** "SHA256:..." of the host key; null refuses every host, telling what it showed. */
  readonly fingerprint: string | null;
  readonly secret: { readonly password: string } | { readonly privateKey: string };
}

/** A console by SSH; connected at the first command, as a module without mains answers nobody. */
export class SshConsole implements Console {
  readonly #options: SshConsoleOptions;
  readonly #secrets: readonly string[];
  #client: Client | null = null;
  #ready = false;

  constructor(options: SshConsoleOptions) {
    this.#options = options;
    this.#secrets = 'password' in options.secret ? [options.secret.password] : [];
  }

  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    this.#leave();
    return Promise.resolve();
  }

  async send(command: string, limitNs: number, signal?: AbortSignal): Promise<string> {
    const { clock, name } = this.#options;
    signal?.throwIfAborted();
    const chunks: Buffer[] = [];
    const got = () => plainText(Buffer.concat(chunks).toString('utf8'));
    const end = new AbortController();
    const either = AbortSignal.any([end.signal, ...(signal === undefined ? [] : [signal])]);
    let awaited = 'a session';
    const deadline = clock.sleepUntil(clock.nowNs() + limitNs, either).then(() => {
      const limit = formatDurationNs(limitNs);
      const came = shownEnd(got(), this.#secrets);
      throw new BenchError('dut', `${name}: awaited ${awaited} for ${limit}, got ${came}`);
    });
    try {
      if (!this.#ready) await Promise.race([this.#connect(), deadline]);
      awaited = `the end of "${masked(command, this.#secrets)}"`;
      await Promise.race([this.#run(command, chunks), deadline]);
      return masked(got().trimEnd(), this.#secrets);
    } catch (error) {
      // What is left of a session that failed would answer the next command with this one's rest.
      this.#leave();
      throw error;
    } finally {
      end.abort();
      deadline.catch(() => undefined);
    }
  }

  #connect(): Promise<void> {
    this.#leave();
    const { name, host, port, user, fingerprint, secret } = this.#options;
    const client = new Client();
    this.#client = client;
    let shown: string | null = null;
    const refused = (why: string): BenchError => {
      const seen = shown !== fingerprint && shown !== null ? keyText(fingerprint, shown) : why;
      return new BenchError('rig', `${name}: no session: ${masked(seen, this.#secrets)}`);
    };
    const hostVerifier = (key: Buffer): boolean => {
      shown = fingerprintOf(key);
      return shown === fingerprint;
    };
    const connected = new Promise<void>((resolve, reject) => {
      client.on('ready', () => {
        this.#ready = true;
        resolve();
      });
      client.on('error', (error) => reject(refused(error.message)));
      client.on('close', () => {
        if (this.#client === client) this.#ready = false;
        reject(refused('the connection was closed'));
      });
      try {
        client.connect({ host, port, username: user, ...secret, readyTimeout: 0, hostVerifier });
      } catch (error) {
        reject(refused(messageOf(error)));
      }
    });
    // After the deadline nobody waits for it any more.
    connected.catch(() => undefined);
    return connected;
  }

  /** Runs a command to its exit, which RFC 4254, 6.10 has a server tell. */
  #run(command: string, chunks: Buffer[]): Promise<void> {
    const { name } = this.#options;
    const client = this.#client;
    const told = masked(command, this.#secrets);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cut = (): void => {
      const came = shownEnd(plainText(Buffer.concat(chunks).toString('utf8')), this.#secrets);
      const what = `the connection was lost before the end of "${told}"; got ${came}`;
      reject(new BenchError('rig', `${name}: ${what}`));
    };
    client?.on('close', cut);
    client?.exec(command, (error, channel?: ClientChannel) => {
      if (error !== undefined || channel === undefined) {
        reject(new BenchError('rig', `${name}: "${told}" was refused: ${messageOf(error)}`));
        return;
      }
      let exited = false;
      channel.on('exit', () => {
        exited = true;
      });
      channel.on('data', (chunk: Buffer) => chunks.push(chunk));
      channel.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
      channel.on('close', () => (exited ? resolve() : cut()));
    });
    const run = promise.finally(() => client?.off('close', cut));
    run.catch(() => undefined);
    return run;
  }

  #leave(): void {
    this.#client?.destroy();
    this.#client = null;
    this.#ready = false;
  }
}

/** As OpenSSH writes it: base64 of the key's SHA-256, without padding. */
function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function keyText(fingerprint: string | null, shown: string): string {
  return fingerprint === null
    ? `the rig file names no fingerprint of the host key; the host showed ${shown}: compare it with the device's own and write it there`
    : `the rig file names the host key ${fingerprint}, the host showed ${shown}: it is another device, or somebody stands between`;
}
