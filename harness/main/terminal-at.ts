import os from 'node:os';
import { WallClock } from '../../rigs/clock/wall.ts';
import { Terminal } from '../../rigs/operator/terminal.ts';
import type { Progress } from './progress.ts';

/** The person at the terminal; null where the input is none. Nothing is read before a prompt. */
export function terminalAt(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  progress: Pick<Progress, 'hush'> | null = null,
): Terminal | null {
  if (!input.isTTY) return null;
  const quiet = progress === null ? {} : { quiet: () => progress.hush() };
  return new Terminal({ input, output, clock: new WallClock(), by: userName(), ...quiet });
}

/** Who is logged on; some containers have no name for their user. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return 'terminal';
  }
}
