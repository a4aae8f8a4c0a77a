import { randomBytes } from 'node:crypto';
import { messageOf } from '../../devices/domain/error-text.ts';
import { overallOf } from '../../reports/html/overall.ts';
import { serveLive } from '../../reports/live/server.ts';
import { WatchedRun } from '../../reports/live/watched-run.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { eitherOf } from '../../rigs/operator/either.ts';
import { OpenPrompts } from '../../rigs/operator/open-prompts.ts';
import type { Respondent } from '../../rigs/operator/respondent.ts';
import type { Report } from '../../reports/report.ts';
import { EXIT, Refusal } from './exit.ts';
import { anyAddress } from './loopback-address.ts';

/** Where the page of a run is when nobody says otherwise. */
export const LIVE_ADDRESS = '127.0.0.1:0';
/** A page that has not fetched the report by then is not waited for. */
const PATIENCE_MS = 5_000;
const TOKEN_VARIABLE = 'METERBENCH_LIVE_TOKEN';
/** Short tokens can be guessed from elsewhere. */
const TOKEN_CHARACTERS = 16;

/** The page beside a run: it is fed, asked and, at the end, told. */
export interface Live {
  readonly run: WatchedRun;
  /** Aborted when somebody presses stop. */
  readonly signal: AbortSignal;
  /** Where a person finds the page. */
  readonly where: string;
  /** Who can answer prompts: the page, and the terminal where there is one. */
  operator(terminal: Respondent | null): Respondent;
  /** Tells the pages what the run came to, and hands them the text of report.html. */
  end(report: Report, reportHtml: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the page of a run that is about to begin.
 * @param address as it was typed; addresses beyond this machine are for those who have the token
 * @throws Refusal when it cannot listen there
 */
export async function openLive(address: string, environment: NodeJS.ProcessEnv): Promise<Live> {
  const listen = anyAddress('--live-on', address);
  const given = tokenIn(environment);
  const token = given ?? randomBytes(24).toString('base64url');
  const run = new WatchedRun(() => performance.now());
  const prompts = new OpenPrompts('the live page', new WallClock());
  const stopped = new AbortController();
  const server = await serveLive({
    ...listen,
    token,
    run,
    patienceMs: PATIENCE_MS,
    controls: {
      prompts: () => prompts.open(),
      answer: (number, value, by) => prompts.give(number, value, by),
      stop: (by) => stopped.abort(new Error(`stopped on the live page by ${by}`)),
    },
  }).catch((error: unknown) => {
    throw new Refusal(EXIT.file, `--live-on ${address}: ${messageOf(error)}`);
  });
  return {
    run,
    signal: stopped.signal,
    where: listen.isLoopback ? server.url : withToken(server.url, given === null ? token : null),
    operator: (terminal) => (terminal === null ? prompts : eitherOf(terminal, prompts)),
    end: (report, reportHtml) => server.end(overallOf(report), reportHtml),
    close: () => server.close(),
  };
}

/** @throws Refusal for one that could be guessed */
function tokenIn(environment: NodeJS.ProcessEnv): string | null {
  const token = environment[TOKEN_VARIABLE] ?? '';
  if (token === '') return null;
  if (/^[\w-]+$/.test(token) && token.length >= TOKEN_CHARACTERS) return token;
  throw new Refusal(
    EXIT.file,
    `${TOKEN_VARIABLE}: at least ${TOKEN_CHARACTERS} letters, digits, - and _ are wanted`,
  );
}

/** A token that came from outside is known there and is not repeated. */
function withToken(url: string, token: string | null): string {
  return token === null ? `${url}?token=… (that of ${TOKEN_VARIABLE})` : `${url}?token=${token}`;
}
