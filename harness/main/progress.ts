import { Presets, SingleBar } from 'cli-progress';
import type { RunProgress } from '../run/run.ts';

/** What a person sees while a run goes on. */
export interface Progress {
  /** @param total number of cases */
  start(title: string, total: number): void;
  update(state: RunProgress): void;
  /** A line that must be seen, above the bar. */
  say(line: string): void;
  /** Leaves the terminal to somebody else until the returned call. */
  hush(): () => void;
  stop(): void;
}

/** A plain line at most this often. */
const LINE_EVERY_MS = 2_000;

/** A bar with an estimate on a terminal, plain lines elsewhere. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? barOn(stream) : linesOn(stream);
}

function barOn(stream: NodeJS.WriteStream): Progress {
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
  let state = { case: '', done: 0, total: 0 };
  let shown = false;
  const show = (): void => {
    bar.start(state.total, state.done, { case: state.case });
    shown = true;
  };
  const hide = (): void => {
    bar.stop();
    shown = false;
  };
  return {
    start: (title, total) => {
      stream.write(`${title}\n`);
      state = { ...state, total };
      show();
    },
    update: (next) => {
      state = next;
      if (shown) bar.update(next.done, { case: next.case });
    },
    say: (line) => {
      hide();
      stream.write(`${line}\n`);
    },
    hush: () => {
      if (!shown) return () => undefined;
      hide();
      return show;
    },
    stop: hide,
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
    hush: () => () => undefined,
    stop: () => {},
  };
}
