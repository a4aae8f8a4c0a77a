import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { BenchError } from '../port/bench.ts';
import { type HeadEndProcessOptions, readyLine } from './process-options.ts';
import type { HeadEndReady } from './server.ts';

const ENTRY = fileURLToPath(new URL('./main.ts', import.meta.url));
/** A store of a long run is read at the start. */
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;
/** What is kept of the words that it left behind. */
const LAST_WORDS_CHARACTERS = 2_000;

/** The reference head-end in a process of its own, which can be killed and started again. */
export class HeadEndProcess {
  readonly #onLost: (reason: BenchError) => void;
  #options: HeadEndProcessOptions;
  #running: Running | null = null;
  #ready: HeadEndReady | null = null;

  /** @param onLost told when it ends and nobody asked it to */
  constructor(options: HeadEndProcessOptions, onLost: (reason: BenchError) => void) {
    this.#options = options;
    this.#onLost = onLost;
  }

  /** The process; null while there is none. */
  get pid(): number | null {
    return this.#running?.child.pid ?? null;
  }

  /**
   * Starts it; again after it was killed, on the same store and the same ports.
   * @throws BenchError when it is not ready in time, with what it said last
   */
  async start(): Promise<HeadEndReady> {
    if (this.#running !== null) throw new Error('head-end process: started twice');
    const running = new Running(this.#options);
    const ready = await running.ready();
    this.#running = running;
    this.#ready ??= ready;
    this.#options = { ...this.#options, ...portsOf(this.#ready) };
    void this.#watch(running);
    return ready;
  }

  async #watch(running: Running): Promise<void> {
    const how = await running.ended;
    if (this.#running !== running) return;
    this.#running = null;
    this.#onLost(new BenchError('head-end', `head-end process: ended unasked, ${how}`));
  }

  /** Ends it without warning, as a power cut would; what it committed is in the store. */
  async kill(): Promise<void> {
    await this.#end((child) => child.kill('SIGKILL'));
  }

  /** Asks it to end, and kills it when it does not. */
  async stop(): Promise<void> {
    await this.#end(async (child, ended) => {
      child.stdin?.end();
      const late = AbortSignal.timeout(STOP_WITHIN_MS);
      const isLate = once(late, 'abort').then(() => 'late');
      if ((await Promise.race([ended, isLate])) === 'late') child.kill('SIGKILL');
    });
  }

  async #end(how: (child: ChildProcess, ended: Promise<string>) => unknown): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    await how(running.child, running.ended);
    await running.ended;
  }
}

function portsOf({ southbound, configuration, northbound }: HeadEndReady) {
  return {
    southboundPort: southbound.port,
    configurationPort: configuration.port,
    northboundPort: Number(new URL(northbound.url).port),
  };
}

/** One life of the process. */
class Running {
  readonly child: ChildProcess;
  /** How it ended, in words. */
  readonly ended: Promise<string>;
  readonly #firstLine: Promise<string>;
  #lastWords = '';

  constructor(options: HeadEndProcessOptions) {
    const child = spawn(process.execPath, [ENTRY], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child = child;
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(`it did not start: ${error.message}`));
      child.once('close', (code, signal) => {
        resolve(`${signal ?? `exit code ${code}`}, its last words '${this.#lastWords.trim()}'`);
      });
    });
    this.#firstLine = new Promise((resolve) => {
      createInterface({ input: child.stdout }).once('line', resolve);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_CHARACTERS);
    });
    // A process that ended already is told of by `ended`.
    child.stdin.on('error', () => undefined);
    child.stdin.write(`${JSON.stringify(options)}\n`);
  }

  /** Where it is reached. @throws BenchError; it does not run any more then */
  async ready(): Promise<HeadEndReady> {
    const came = await Promise.race([
      this.#firstLine.then((line) => readyLine.safeParse(JSON.parse(line)).data),
      this.ended,
      once(AbortSignal.timeout(READY_WITHIN_MS), 'abort').then(() => 'nothing'),
    ]);
    if (typeof came === 'object') return came;
    this.child.kill('SIGKILL');
    throw new BenchError(
      'head-end',
      `head-end process: awaited its ready line for at most ${formatDurationNs(
        READY_WITHIN_MS * NS_PER_MS,
      )}, got ${came ?? 'another line'}`,
    );
  }
}
