import type { SSEStreamingApi } from 'hono/streaming';
import { NON_PASSES } from '../../harness/verdict/verdict.ts';
import type { OpenPrompt } from '../../rigs/port/operator.ts';
import { type Region, regionsOf, verdictRow } from './fragments.ts';
import type { WatchedRun } from './watched-run.ts';

/** How often a page is told what has changed: often enough for a person. */
const TELL_EVERY_MS = 250;
/** Rows of verdicts that a page which comes late is given; the report has all. */
const ROWS_AT_MOST = 2_000;

interface Follower {
  readonly stream: SSEStreamingApi;
  readonly sent: Map<Region, string>;
  verdicts: number;
  isStopping: boolean;
  /** A page that cannot keep up is told less often. */
  isBusy: boolean;
}

/** The pages that follow a run. While nobody does, nothing is rendered. */
export class Followers {
  readonly #run: WatchedRun;
  readonly #prompts: () => readonly OpenPrompt[];
  readonly #all = new Set<Follower>();
  #timer: NodeJS.Timeout | null = null;
  #gone: () => void = () => {};

  constructor(run: WatchedRun, prompts: () => readonly OpenPrompt[]) {
    this.#run = run;
    this.#prompts = prompts;
  }

  get count(): number {
    return this.#all.size;
  }

  /** Tells a page everything now and what changes from then on; resolves when it goes. */
  async follow(stream: SSEStreamingApi): Promise<void> {
    const follower: Follower = {
      stream,
      sent: new Map(),
      verdicts: 0,
      isStopping: false,
      isBusy: false,
    };
    const gone = new Promise<void>((resolve) => {
      stream.onAbort(() => resolve());
    });
    this.#all.add(follower);
    this.#timer ??= setInterval(() => void this.tell(), TELL_EVERY_MS).unref();
    await stream.writeSSE({ event: 'hello', data: '' });
    await this.tell();
    await gone;
    this.#all.delete(follower);
    if (this.#all.size > 0) return;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#gone();
  }

  /** Tells every page what it does not know yet. */
  async tell(): Promise<void> {
    const regions = regionsOf(this.#run, this.#prompts());
    await Promise.all([...this.#all].map((follower) => this.#tellOne(follower, regions)));
  }

  /** Tells every page that the run is over, and resolves when all have gone. */
  async end(): Promise<void> {
    if (this.#all.size === 0) return;
    const gone = new Promise<void>((resolve) => {
      this.#gone = resolve;
    });
    await this.tell();
    const all = [...this.#all];
    await Promise.all(all.map(({ stream }) => stream.writeSSE({ event: 'ended', data: '' })));
    await gone;
  }

  async #tellOne(follower: Follower, regions: Readonly<Record<Region, string>>): Promise<void> {
    if (follower.isBusy) return;
    follower.isBusy = true;
    try {
      await this.#regions(follower, regions);
      await this.#rows(follower);
      if (this.#run.phase !== 'stopping' || follower.isStopping) return;
      follower.isStopping = true;
      await follower.stream.writeSSE({ event: 'stopping', data: '' });
    } finally {
      follower.isBusy = false;
    }
  }

  async #regions(
    { stream, sent }: Follower,
    regions: Readonly<Record<Region, string>>,
  ): Promise<void> {
    for (const [name, html] of Object.entries(regions) as [Region, string][]) {
      if (sent.get(name) === html) continue;
      sent.set(name, html);
      await stream.writeSSE({ event: 'region', data: JSON.stringify({ name, html }) });
    }
  }

  async #rows(follower: Follower): Promise<void> {
    const { verdicts, counts } = this.#run;
    const from = Math.max(follower.verdicts, verdicts.length - ROWS_AT_MOST);
    if (verdicts.length === follower.verdicts) return;
    follower.verdicts = verdicts.length;
    const fresh = verdicts.slice(from).toReversed();
    const open = fresh.filter(({ verdict }) => NON_PASSES.includes(verdict));
    const allOpen = NON_PASSES.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0);
    for (const [name, rows, total] of [
      ['verdicts', fresh, verdicts.length],
      ['open', open, allOpen],
    ] as const) {
      if (rows.length === 0) continue;
      const html = rows.map((row) => verdictRow(row).text).join('');
      await follower.stream.writeSSE({
        event: 'rows',
        data: JSON.stringify({ name, html, total }),
      });
    }
  }
}
