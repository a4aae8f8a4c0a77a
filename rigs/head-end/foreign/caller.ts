/** Calls of a head-end's northbound side, as its file writes them. */
import jsonata from 'jsonata';
import type { z } from 'zod';
import { messageOf } from '../../../devices/domain/error-text.ts';
import { formatDurationNs } from '../../../devices/domain/quantity.ts';
import { NS_PER_MS, NS_PER_S } from '../../../devices/domain/time.ts';
import { BenchError } from '../../port/bench.ts';
import { faultOf } from '../event-stream.ts';
import { issuesOf } from '../northbound-schema.ts';
import type { ControlCall, HeadEndFile } from './head-end-file.ts';
import type { ControlName } from './capabilities.ts';

const ANSWER_WITHIN_NS = 30 * NS_PER_S;
/** A head-end that was not made for a load test is not asked by everybody at once. */
const SIDE_BY_SIDE = 16;
const SHOWN = 120;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The calls of one head-end file. */
export class Caller {
  readonly #name: string;
  readonly #control: HeadEndFile['control'];
  readonly #environment: Environment;

  constructor({ 'head-end': name, control }: HeadEndFile, environment: Environment) {
    this.#name = name;
    this.#control = control;
    this.#environment = environment;
  }

  has(name: ControlName): boolean {
    return this.#control[name] !== undefined;
  }

  /**
   * One call. `{{serial}}` and the like in its address stand for what is asked.
   * @throws BenchError (head-end) when it refuses, does not answer or answers what is none
   */
  async call<Answer extends z.ZodType>(
    name: ControlName,
    asked: object,
    answer: Answer,
  ): Promise<z.output<Answer>> {
    const described = this.#control[name];
    if (described === undefined) {
      throw new BenchError('scenario', `${this.#name}: its file has no control ${name}`);
    }
    const came = await this.#exchange(name, described, asked);
    const meaning: unknown = await this.#mapped(`${name}: answer`, described.answer, came);
    const parsed = answer.safeParse(meaning);
    if (parsed.success) return parsed.data;
    const shown = JSON.stringify(meaning) ?? 'nothing';
    throw this.#fault(`control ${name}: ${issuesOf(parsed.error)} in ${shown.slice(0, SHOWN)}`);
  }

  /**
   * One call, or one for each meter where the address names one; the answers are one list.
   * @throws BenchError as {@link call}
   */
  async callForAll<Item>(
    name: ControlName,
    serials: readonly string[],
    more: object,
    list: z.ZodType<readonly Item[]>,
  ): Promise<readonly Item[]> {
    const described = this.#control[name];
    if (described === undefined || !addressOf(described).includes('{{serial}}')) {
      return this.call(name, { serials, ...more }, list);
    }
    const found: (readonly Item[])[] = [];
    for (let first = 0; first < serials.length; first += SIDE_BY_SIDE) {
      const some = serials.slice(first, first + SIDE_BY_SIDE);
      found.push(
        ...(await Promise.all(
          some.map((serial) => this.call(name, { serial, serials: [serial], ...more }, list)),
        )),
      );
    }
    return found.flat();
  }

  async #exchange(name: ControlName, described: ControlCall, asked: object): Promise<unknown> {
    const address = addressOf(described).replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => {
      const value: unknown = (asked as Record<string, unknown>)[key];
      if (typeof value === 'string' || typeof value === 'number') return encodeURIComponent(value);
      throw this.#fault(`control ${name}: {{${key}}} in its address stands for nothing`);
    });
    const method =
      described.get === undefined ? (described.post === undefined ? 'PUT' : 'POST') : 'GET';
    const body: unknown =
      method === 'GET' ? undefined : await this.#mapped(`${name}: body`, described.body, asked);
    const withinNs = described.within ?? ANSWER_WITHIN_NS;
    const waited = (came: string): BenchError =>
      this.#fault(
        `awaited the answer to ${method} ${address} (control ${name}) for up to ${formatDurationNs(withinNs)}, got ${came}`,
      );
    let status: number;
    let text: string;
    try {
      const response = await fetch(address, {
        method,
        headers: this.#headers(described, body !== undefined),
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(withinNs / NS_PER_MS),
      });
      [status, text] = [response.status, await response.text()];
    } catch (error) {
      throw waited(faultOf(error));
    }
    if (status >= 400) throw waited(`${status}, ${text.slice(0, SHOWN)}`);
    return text === '' ? {} : (jsonOf(text) ?? text);
  }

  #headers({ headers = {}, token }: ControlCall, hasBody: boolean): Record<string, string> {
    return {
      ...(hasBody && { 'content-type': 'application/json' }),
      ...headers,
      ...bearer(token, this.#environment),
    };
  }

  async #mapped(what: string, expression: string | undefined, value: unknown): Promise<unknown> {
    return expression === undefined
      ? value
      : mappedBy(expression, value, `${this.#name}: control ${what}`);
  }

  #fault(what: string): BenchError {
    return new BenchError('head-end', `${this.#name}: ${what}`);
  }
}

/** The header that holds a token. @throws BenchError (technician's side) when the variable is not set */
export function bearer(
  token: { readonly env: string } | undefined,
  environment: Environment,
): Record<string, string> {
  if (token === undefined) return {};
  const value = environment[token.env];
  if (value !== undefined && value !== '') return { authorization: `Bearer ${value}` };
  throw new BenchError(
    'rig',
    `the environment has no ${token.env}, which holds a token of the head-end`,
  );
}

/** What a JSONata expression makes of a value, as plain data. @throws BenchError (scenario) */
export async function mappedBy(expression: string, value: unknown, what: string): Promise<unknown> {
  try {
    const made: unknown = await jsonata(expression).evaluate(value);
    // JSONata marks its lists with properties of its own: plain data has none.
    return made === undefined ? undefined : (JSON.parse(JSON.stringify(made)) as unknown);
  } catch (error) {
    const told =
      typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
    throw new BenchError(
      'scenario',
      `${what}: ${typeof told === 'string' ? told : messageOf(told)}`,
    );
  }
}

function addressOf({ get, post, put }: ControlCall): string {
  return get ?? post ?? put ?? '';
}

/** Undefined for a text that is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
