import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { messageOf } from '../../../../devices/domain/error-text.ts';
import { NS_PER_MS } from '../../../../devices/domain/time.ts';
import { jsonOf } from '../caller.ts';
import type { Hearing, Observer } from './observer.ts';

/** How a file's text becomes messages, by its ending. */
const READERS: Readonly<Record<string, (text: string) => readonly unknown[]>> = {
  '.json': (text) => {
    const value = jsonOf(text);
    return Array.isArray(value) ? (value as unknown[]) : [value];
  },
  '.ndjson': (text) => text.split('\n').flatMap((line) => (line === '' ? [] : [jsonOf(line)])),
  '.csv': (text) => parse(text, { columns: true, skip_empty_lines: true }),
};

/**
 * Reads the files that appear in a folder, each once, when it has stopped growing: whoever writes
 * them may not be through. Files that were there before are not read.
 */
export function watchFolder(folder: string, everyNs: number, hearing: Hearing): Observer {
  const closing = new AbortController();
  const read = new Set<string>();
  const sizes = new Map<string, number>();
  let fault: string | null = null;
  for (const file of filesIn(folder)) read.add(file);
  const look = (): void => {
    for (const file of filesIn(folder)) {
      if (read.has(file)) continue;
      const place = path.join(folder, file);
      const { size } = statSync(place);
      if (sizes.get(file) !== size) {
        sizes.set(file, size);
        continue;
      }
      read.add(file);
      const receivedAtNs = hearing.nowNs();
      const messages = READERS[path.extname(file)]?.(readFileSync(place, 'utf8')) ?? [];
      for (const message of messages) hearing.heard(message, receivedAtNs);
    }
  };
  const watching = (async () => {
    while (!closing.signal.aborted) {
      try {
        look();
        fault = null;
      } catch (error) {
        fault = messageOf(error);
      }
      await delay(everyNs / NS_PER_MS, undefined, { signal: closing.signal }).catch(
        () => undefined,
      );
    }
  })();
  return {
    ready: Promise.resolve(),
    fault: () => fault,
    close: async () => {
      closing.abort();
      await watching;
    },
  };
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((file) => path.extname(file) in READERS);
}
