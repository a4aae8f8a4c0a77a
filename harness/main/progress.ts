import { Presets, SingleBar } from 'cli-progress';
import type { RunProgress } from '../run/run.ts';

/** What a person sees while a run goes on. */
export interface Progress {
  start(title: string): void;
  update(state: RunProgress): void;
  /** A line that must be seen, above the bar. */
  say(line: string): void;
  stop(): void;
}

/** A plain line at most this often. */
const LINE_EVERY_MS = 2_000;

/** A bar with an estimate on a terminal, plain lines elsewhere. */
export function progressOn(stream: NodeJS.WriteStream, total: number): Progress {
  return stream.isTTY ? barOn(stream, total) : linesOn(stream);
}

function barOn(stream: NodeJS.WriteStream, total: number): Progress {
  const bar = new SingleBar(
    {
      stream,
      format: '{bar} {value}/{total} cases, about {eta_formatted} left, {case}',
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  return {
    start: (title) => {
      stream.write(`${title}\n`);
      bar.start(total, 0, { case: '' });
    },
    update: (state) => bar.update(state.done, { case: state.case }),
    say: (line) => {
      bar.stop();
      stream.write(`${line}\n`);
    },
    stop: () => bar.stop(),
  };
}

function linesOn(stream: NodeJS.WriteStream): Progress {
  let saidAtMs = 0;
  const startedAtMs = Date.now();
  return {
    start: (title) => {
      stream.write(`${title}\n`);
    },
    update: ({ case: name, done, total }) => {
      if (Date.now() - saidAtMs < LINE_EVERY_MS) return;
      saidAtMs = Date.now();
      const seconds = (saidAtMs - startedAtMs) / 1000;
      const left =
        done === 0 ? '' : `, about ${Math.ceil((seconds / done) * (total - done))} s left`;
      stream.write(`${done}/${total} cases after ${Math.round(seconds)} s${left}: ${name}\n`);
    },
    say: (line) => {
      stream.write(`${line}\n`);
    },
    stop: () => {},
  };
}
