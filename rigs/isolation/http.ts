import { z } from 'zod';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import { defineDriver } from '../driver/driver.ts';
import { instantUncertaintyNs } from '../driver/instrument-block.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { ContactMoved, Identity, IsolationSwitch } from '../port/instrument.ts';
import { OneAtATime } from '../wrap/one-at-a-time.ts';
import { written } from '../written-quantity.ts';
import {
  FIRST_OUTLET,
  HTTP_PRESETS,
  type HttpApi,
  type HttpPreset,
  type HttpRequest,
} from './http-api.ts';
import { HttpClient } from './http-client.ts';
import type { Credentials } from './http-digest.ts';

/**
 * Smart plugs and power distribution units by HTTP, in wall time only. They are slow and answer
 * before their contact moves: good for bench safety, not for timing outages.
 */

const USUAL_LIMIT_NS = 3 * NS_PER_S;
/** Between the answer and the contact (assumed: such devices take some 100 ms; declare your own). */
const CONTACT_UNCERTAINTY_NS = 500 * NS_PER_MS;

const request = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT']).optional().describe('GET when not given.'),
  path: z.string().regex(/^\//, { error: () => 'a path that begins with /' }),
  body: z.string().optional(),
  type: z.string().min(1).optional().describe('Media type of the body.'),
});
const pattern = z
  .string({ error: () => 'a regular expression' })
  .refine(isRegExp, { error: ({ input }) => `"${String(input)}" is no regular expression` });

const custom = z.strictObject({
  on: request.describe('Closes the switch.'),
  off: request.describe('Opens the switch.'),
  // Both: an answer that says neither is an error, never "open".
  read: z
    .strictObject({
      ...request.shape,
      closed: pattern.describe('What an answer looks like when the switch is closed.'),
      open: pattern.describe('What an answer looks like when the switch is open.'),
    })
    .optional(),
});
const presets = Object.keys(HTTP_PRESETS) as [HttpPreset, ...HttpPreset[]];

const options = {
  api: z
    .union([z.enum(presets), custom])
    .describe(`One of ${presets.join(', ')}, or your own requests.`),
  outlet: z.int().min(0).optional().describe('As the maker counts; the first when not given.'),
  user: z.string().min(1).optional().describe('admin when not given.'),
  password: z
    .strictObject(
      { env: z.string().min(1).describe('Name of the environment variable.') },
      { error: () => 'no password stands in a rig file: write { env: NAME }' },
    )
    .optional()
    .describe('{ env: NAME }: the environment variable that holds it.'),
  limit: written('ns').optional().describe('How long an answer may take; 3 s.'),
};

export const httpSwitch = defineDriver({
  role: 'isolation-switch',
  name: 'http',
  summary:
    'A smart plug or power distribution unit by HTTP (Shelly, Tasmota, NETIO, Gude, or your own).',
  reach: 'url',
  options,
  open: async ({ api: named, outlet, user, password, limit = USUAL_LIMIT_NS }, context) => {
    const { port, clock, instrument, readback } = context;
    const api = typeof named === 'string' ? presetOf(named, outlet) : customApi(named);
    const name = `${context.name} at ${port}`;
    const credentials = credentialsOf(context.name, user, password?.env);
    const base = baseOf(context.name, port ?? '');
    return new HttpSwitch({
      name,
      clock,
      api,
      client: new HttpClient({ name, base, login: api.login, credentials, limitNs: limit }),
      readback,
      uncertaintyNs: instantUncertaintyNs(instrument, CONTACT_UNCERTAINTY_NS),
      opensWithinNs: longestNs(limit),
    });
  },
  safety: ({ limit = USUAL_LIMIT_NS }) => ({
    deadMan: 'none',
    offWithinNs: longestNs(limit) + CONTACT_UNCERTAINTY_NS,
    energisesOnOpen: false,
  }),
});

/** A request before it may still wait; such devices dislike parallel requests. */
function longestNs(limitNs: number): number {
  return 2 * limitNs;
}

function isRegExp(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

function presetOf(name: HttpPreset, outlet = FIRST_OUTLET[name]): HttpApi {
  return HTTP_PRESETS[name](outlet);
}

function customApi({ on, off, read }: z.output<typeof custom>): HttpApi {
  return {
    on: requestOf(on),
    off: requestOf(off),
    read: read === undefined ? null : requestOf(read),
    stateIn: (answer) => {
      if (read === undefined) return null;
      const isClosed = new RegExp(read.closed).test(answer);
      const isOpen = new RegExp(read.open).test(answer);
      // An answer that looks like both says nothing.
      if (isClosed === isOpen) return null;
      return isClosed ? 'closed' : 'open';
    },
    isTaken: () => true,
    identity: null,
    login: 'basic',
  };
}

function requestOf({ method = 'GET', path, body, type }: z.output<typeof request>): HttpRequest {
  return {
    method,
    path,
    ...(body !== undefined && { body }),
    ...(type !== undefined && { type }),
  };
}

/** @throws BenchError (rig) when the environment variable is not set */
function credentialsOf(
  name: string,
  user: string | undefined,
  variable: string | undefined,
): Credentials | null {
  if (user === undefined && variable === undefined) return null;
  const password = variable === undefined ? '' : process.env[variable];
  if (password !== undefined) return { user: user ?? 'admin', password };
  const text = `${name}: the environment variable ${variable}, which holds its password, is not set`;
  throw new BenchError('rig', text);
}

/** @throws BenchError (scenario) when the address holds what the rig file must not */
function baseOf(name: string, port: string): string {
  const url = URL.parse(port);
  if (url === null) throw new BenchError('scenario', `${name}: its port is no address`);
  if (url.username !== '' || url.password !== '') {
    const text = `${name}: user and password do not belong into the port; write user, and password: { env: NAME }`;
    throw new BenchError('scenario', text);
  }
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`;
}

interface HttpSwitchOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly api: HttpApi;
  readonly client: HttpClient;
  readonly readback: 'none' | 'state';
  readonly uncertaintyNs: number;
  readonly opensWithinNs: number;
}

class HttpSwitch implements IsolationSwitch {
  readonly opensWithinNs: number;
  readonly #options: HttpSwitchOptions;
  readonly #turns = new OneAtATime();

  constructor(opened: HttpSwitchOptions) {
    this.#options = opened;
    this.opensWithinNs = opened.opensWithinNs;
  }

  async identify(): Promise<Identity | null> {
    const { api, client } = this.#options;
    if (api.identity === null) return null;
    const answer = await this.#ask(api.identity.request);
    const identity = api.identity.of(answer);
    if (identity !== null) return identity;
    throw client.refuses(api.identity.request, 'who it is', answer);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  open(): Promise<ContactMoved> {
    return this.#move(this.#options.api.off);
  }

  close(): Promise<ContactMoved> {
    return this.#move(this.#options.api.on);
  }

  /** The contact moved at some time between request and answer, or a little later. */
  async #move(command: HttpRequest): Promise<ContactMoved> {
    const { clock, api, client, uncertaintyNs } = this.#options;
    return this.#turns.run(async () => {
      const startedNs = clock.nowNs();
      const answer = await client.ask(command);
      if (!api.isTaken(answer)) throw client.refuses(command, 'that it was done', answer);
      const tookNs = clock.nowNs() - startedNs;
      return {
        atNs: Math.round(startedNs + tookNs / 2),
        uncertaintyNs: Math.round(tookNs / 2 + uncertaintyNs),
      };
    });
  }

  async readBack(): Promise<'open' | 'closed' | null> {
    const { api, client, readback } = this.#options;
    if (api.read === null || readback === 'none') return null;
    const answer = await this.#ask(api.read);
    const state = api.stateIn(answer);
    if (state !== null) return state;
    throw client.refuses(api.read, 'the state of the switch', answer);
  }

  #ask(asked: HttpRequest): Promise<string> {
    return this.#turns.run(() => this.#options.client.ask(asked));
  }
}
