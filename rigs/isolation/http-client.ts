import { randomUUID } from 'node:crypto';
import { messageOf } from '../../devices/domain/error-text.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { BenchError } from '../port/bench.ts';
import { type Credentials, digestAnswer } from './http-digest.ts';
import type { HttpApi, HttpRequest } from './http-api.ts';

/** Of an answer no more is shown in an error. */
const SHOWN_CHARACTERS = 160;

export interface HttpClientOptions {
  /** As messages call it. */
  readonly name: string;
  /** http://host, with what stands before every path. */
  readonly base: string;
  readonly login: HttpApi['login'];
  readonly credentials: Credentials | null;
  readonly limitNs: number;
}

/** Asks a device over HTTP, each time within a limit. User and password stand in no error. */
export class HttpClient {
  readonly #options: HttpClientOptions;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /** @returns the answer's text @throws BenchError (rig) with what was asked and what came instead */
  async ask(request: HttpRequest): Promise<string> {
    const { limitNs } = this.#options;
    const signal = AbortSignal.timeout(Math.ceil(limitNs / NS_PER_MS));
    let answer: Response;
    let text: string;
    try {
      answer = await this.#send(request, signal);
      text = await answer.text();
    } catch (error) {
      const what = signal.aborted
        ? `awaited the answer for ${formatDurationNs(limitNs)}, it did not come`
        : reasonOf(error);
      throw this.#failure(request, what);
    }
    if (answer.ok) return text;
    throw this.#failure(request, `answered ${answer.status} ${this.#shown(text)}`);
  }

  /** An error about a request; what a device sends back is shown in part. */
  refuses(request: HttpRequest, awaited: string, answer: string): BenchError {
    return this.#failure(request, `awaited ${awaited}, got ${this.#shown(answer)}`);
  }

  async #send(request: HttpRequest, signal: AbortSignal): Promise<Response> {
    const { base, login, credentials } = this.#options;
    const path = this.#pathOf(request);
    const { method, body = null, type } = request;
    const send = (authorization: string | null) =>
      fetch(`${base}${path}`, {
        method,
        body,
        headers: {
          ...(type !== undefined && { 'content-type': type }),
          ...(authorization !== null && { authorization }),
        },
        // Another place is not the device, and is not to learn the password.
        redirect: 'error',
        signal,
      });
    if (credentials === null || login === 'query') return send(null);
    if (login === 'basic') return send(basicOf(credentials));
    const first = await send(null);
    const challenge = first.headers.get('www-authenticate') ?? '';
    const clientNonce = randomUUID();
    const uri = new URL(`${base}${path}`);
    const asked = { method, path: `${uri.pathname}${uri.search}`, clientNonce };
    const authorization = first.status === 401 ? digestAnswer(challenge, credentials, asked) : null;
    if (authorization === null) return first;
    await first.body?.cancel();
    return send(authorization);
  }

  #pathOf({ path }: HttpRequest): string {
    const { login, credentials } = this.#options;
    if (credentials === null || login !== 'query') return path;
    return `${path}${path.includes('?') ? '&' : '?'}${queryOf(credentials)}`;
  }

  /** Masked first, so that no cut and no quoting hides a part of a secret from the mask. */
  #shown(answer: string): string {
    const text = masked(answer, this.#options.credentials);
    if (text === '') return 'nothing';
    const isLong = text.length > SHOWN_CHARACTERS;
    return JSON.stringify(isLong ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text);
  }

  #failure({ method, path }: HttpRequest, what: string): BenchError {
    const { name, credentials } = this.#options;
    // No cause goes along: an error of fetch may hold the address with its query.
    return new BenchError('rig', `${name}: ${method} ${path}: ${masked(what, credentials)}`);
  }
}

function queryOf({ user, password }: Credentials): string {
  return new URLSearchParams({ user, password }).toString();
}

function basicOf({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/** What fetch says itself is only "fetch failed"; the reason stands behind it. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return messageOf(error);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return cause.message === '' ? code : cause.message;
}

/** A device may send back what it was told, in any of the forms in which it was told. */
function masked(text: string, credentials: Credentials | null): string {
  if (credentials === null || credentials.password === '') return text;
  const { password } = credentials;
  const inQuery = queryOf({ user: '', password }).slice('user=&password='.length);
  const inHeader = basicOf(credentials).slice('Basic '.length);
  return [password, encodeURIComponent(password), inQuery, inHeader].reduce(
    (kept, secret) => kept.replaceAll(secret, '***'),
    text,
  );
}
