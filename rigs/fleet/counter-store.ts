import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../../devices/domain/error-text.ts';

/** A run of IVs that no other run has: each key of the set may use each of them once. */
export interface IvBlock {
  readonly base: number;
  readonly size: number;
}

/** A message a minute for 45 days. */
const BLOCK_SIZE = 0x1_0000;
/** An IV has four bytes. */
const LAST_IV = 0xffff_ffff;
const FIRST_IV = 1;

/** Reading and writing take milliseconds: whoever holds the lock for longer hangs. */
const LOCKED_WITHIN_MS = 5_000;

/** What stands in the file. */
interface Counters {
  /** The first IV that no run has reserved. */
  readonly next: number;
  /** A run has reserved a block and not given it back: it runs, or it crashed. */
  readonly inUse: boolean;
}

/**
 * The IVs of a set of keys, which must never repeat under one key (C12.22, EAX'). They are
 * reserved in a file before the first is used, so that neither a crash nor a second run of one
 * seed repeats any, nor two processes at one time; after a crash one block more is skipped, in case
 * the disk lied.
 */
export class CounterStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Reserves the next block; it is on the disk when this returns.
   * @throws Error when the file cannot be read, locked or believed, or the IVs are used up
   */
  reserve(): IvBlock {
    return this.#locked(() => {
      const { next, inUse } = this.#read();
      const base = inUse ? next + BLOCK_SIZE : next;
      if (base + BLOCK_SIZE - 1 > LAST_IV) {
        throw new Error(`${this.#path}: the IVs of these keys are used up; new keys are needed`);
      }
      this.#write({ next: base + BLOCK_SIZE, inUse: true });
      return { base, size: BLOCK_SIZE };
    });
  }

  /** Says that the run which reserved a block ended in order. */
  release(): void {
    this.#locked(() => this.#write({ ...this.#read(), inUse: false }));
  }

  /**
   * Does something that no other process does at the same time. The lock is the operating system's,
   * taken by SQLite on a file beside the store: one that a crashed process held is free again.
   */
  #locked<T>(work: () => T): T {
    const path = `${this.#path}.lock`;
    const lock = new DatabaseSync(path, { timeout: LOCKED_WITHIN_MS });
    try {
      takeLock(lock, path);
      return work();
    } finally {
      lock.close();
    }
  }

  #read(): Counters {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return { next: FIRST_IV, inUse: false };
      throw error;
    }
    // A store that cannot be believed must not begin anew: that would repeat IVs.
    if (!isJson(text)) throw this.#unbelievable();
    const written = JSON.parse(text) as Partial<Counters> | null;
    const { next, inUse } = written ?? {};
    if (!Number.isSafeInteger(next) || next === undefined || next < FIRST_IV) {
      throw this.#unbelievable();
    }
    return { next, inUse: inUse !== false };
  }

  #unbelievable(): Error {
    return new Error(
      `${this.#path}: {"next": number, "inUse": boolean} wanted; IVs may repeat if it is deleted`,
    );
  }

  #write(counters: Counters): void {
    const fresh = `${this.#path}.${process.pid}.new`;
    const file = openSync(fresh, 'w', 0o600);
    try {
      writeSync(file, `${JSON.stringify(counters)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, this.#path);
    syncFolder(dirname(this.#path));
  }
}

/** One IV after the other, for as long as somebody asks: blocks are reserved as they are needed. */
export class IvSource {
  readonly #store: CounterStore;
  #block: IvBlock;
  #used = 0;

  /** @throws Error as {@link CounterStore.reserve} */
  constructor(store: CounterStore) {
    this.#store = store;
    this.#block = store.reserve();
  }

  next(): number {
    if (this.#used === this.#block.size) {
      // In order: the block before is used up, and nothing needs to be skipped.
      this.#store.release();
      this.#block = this.#store.reserve();
      this.#used = 0;
    }
    return this.#block.base + this.#used++;
  }
}

/** Takes the lock until the database is closed. @throws Error when it is held for too long */
function takeLock(lock: DatabaseSync, path: string): void {
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    const awaited = `${path}: the lock was awaited for ${LOCKED_WITHIN_MS} ms at most`;
    throw new Error(`${awaited}; ${messageOf(error)}`, { cause: error });
  }
}

/** The name is on the disk only when its folder is; Windows knows no such thing. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
