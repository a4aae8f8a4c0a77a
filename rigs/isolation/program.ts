import { type ChildProcess, spawn } from 'node:child_process';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';

/** Of what a program writes no more is kept; nobody reads further. */
const KEPT_CHARACTERS = 10_000;

/**
 * Runs a program to its end, without a shell.
 * @returns what it wrote on its standard output, trimmed
 * @throws BenchError (rig) when it does not start, does not end in time (it is killed), or fails
 */
export async function runProgram(
  name: string,
  [command = '', ...args]: readonly string[],
  clock: Clock,
  limitNs: number,
): Promise<string> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C at the terminal is for the runner, which then wants this program to make things safe.
    detached: true,
  });
  const printed = collected(child.stdout);
  const complained = collected(child.stderr);
  const ended = new AbortController();
  const end = new Promise<string>((resolve, reject) => {
    child.once('error', ({ message }) =>
      reject(new BenchError('rig', `${name}: ${command} did not start: ${message}`)),
    );
    child.once('close', (code, signal) => {
      if (code === 0) {
        resolve(printed().trim());
        return;
      }
      const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
      const [first = ''] = complained().trim().split('\n');
      const why = first === '' ? '' : `: ${first.trim()}`;
      reject(new BenchError('rig', `${name}: ${command} ${how}${why}`));
    });
  });
  const late = clock.sleepUntil(clock.nowNs() + limitNs, ended.signal).then(() => {
    const text = `${name}: awaited the end of ${command} for ${formatDurationNs(limitNs)}, it did not come`;
    throw new BenchError('rig', text);
  });
  try {
    return await Promise.race([end, late]);
  } finally {
    ended.abort();
    late.catch(() => undefined);
    end.catch(() => undefined);
    stop(child);
  }
}

/** Ends what still runs, with what it has started, and no longer listens to it. */
function stop(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    try {
      // Its group: a script that is killed alone leaves its own children behind. Windows has none.
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function collected(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    if (text.length < KEPT_CHARACTERS) text += chunk;
  });
  return () => text;
}
