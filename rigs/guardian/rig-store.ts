import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { messageOf } from '../../devices/domain/error-text.ts';
import { BenchError } from '../port/bench.ts';
import type { RigRecord } from '../port/rig-record.ts';

/**
 * The folder in which rigs are remembered and locked. All users of one rig must share it: a lab with
 * several users names one in METERBENCH_STATE.
 */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['METERBENCH_STATE'];
  if (named !== undefined && named !== '') return named;
  const state = environment['XDG_STATE_HOME'] ?? path.join(os.homedir(), '.local', 'state');
  return path.join(state, 'meterbench');
}

/** Locks of ports: one folder for all users of the machine. A restart empties it, and every lock. */
const PORTS = path.join(process.platform === 'win32' ? os.tmpdir() : '/tmp', 'meterbench-ports');

/** Records and lock files of rigs in one folder. */
export class RigStore {
  readonly #folder: string;

  /** @throws BenchError (rig) when the folder cannot be made */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      mkdirSync(path.join(folder, 'rigs'), { recursive: true });
      makeShared(PORTS);
    } catch (error) {
      throw new BenchError('rig', `rigs cannot be locked in ${folder}: ${messageOf(error)}`);
    }
  }

  get folder(): string {
    return this.#folder;
  }

  /** Names of all rigs that were ever held. */
  rigs(): readonly string[] {
    return readdirSync(path.join(this.#folder, 'rigs'))
      .filter((name) => name.endsWith('.json'))
      .map((name) => this.#readFile(path.join(this.#folder, 'rigs', name)).rig)
      .sort();
  }

  /** What is remembered of a rig; a clean record for one that was never held. @throws BenchError (rig) */
  read(rig: string): RigRecord {
    const file = this.recordFile(rig);
    return existsSync(file) ? this.#readFile(file) : freshRecord(rig);
  }

  /** Writes a record so that a power cut leaves the old or the new one, never half of it. */
  write(record: RigRecord): void {
    const file = this.recordFile(record.rig);
    const fresh = `${file}.${process.pid}.new`;
    const handle = openSync(fresh, 'w', 0o664);
    try {
      writeSync(handle, `${JSON.stringify(record, null, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(fresh, file);
  }

  recordFile(rig: string): string {
    return path.join(this.#folder, 'rigs', `${fileName(rig)}.json`);
  }

  lockFile(rig: string): string {
    return path.join(this.#folder, 'rigs', `${fileName(rig)}.lock`);
  }

  /** Where a request to release a rig is laid down for whoever holds it. */
  releaseFile(rig: string): string {
    return path.join(this.#folder, 'rigs', `${fileName(rig)}.release`);
  }

  /**
   * One lock a port of this machine, by what the port really is: a by-id path and its device are one.
   * They stand apart from the state folder, so that not even two users with folders of their own
   * open one port at a time.
   */
  portLockFile(port: string): string {
    return path.join(PORTS, `${hashOf(realPort(port))}.lock`);
  }

  #readFile(file: string): RigRecord {
    try {
      const record = JSON.parse(readFileSync(file, 'utf8')) as Partial<RigRecord>;
      if (record.format === 'meterbench-rig/1' && typeof record.rig === 'string') {
        return { ...freshRecord(record.rig), ...record };
      }
      throw new Error('it is no record of a rig');
    } catch (error) {
      // Nothing is assumed about a rig whose memory is damaged: it might be quarantined.
      throw new BenchError(
        'rig',
        `${file} cannot be believed (${messageOf(error)}); look at the bench, then delete it`,
      );
    }
  }
}

/** A folder in which everybody may make files and nobody may remove another's, as /tmp itself. */
function makeShared(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o1777);
}

function freshRecord(rig: string): RigRecord {
  return {
    format: 'meterbench-rig/1',
    rig,
    fence: 0,
    holder: null,
    mayBeLive: null,
    quarantine: null,
    lastSafe: null,
    cleared: null,
  };
}

/** Readable for simple names, and never the same for two. */
function fileName(rig: string): string {
  return /^[a-z0-9][a-z0-9-]*$/.test(rig)
    ? rig
    : `${rig.replace(/[^a-zA-Z0-9-]+/g, '-')}.${hashOf(rig)}`;
}

function realPort(port: string): string {
  try {
    return realpathSync(port);
  } catch {
    return port;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
