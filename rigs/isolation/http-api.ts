import type { Identity } from '../port/instrument.ts';

/** How makers' devices are asked over HTTP: requests out, texts in; no I/O here. */

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With its query. */
  readonly path: string;
  readonly body?: string;
  /** Media type of the body. */
  readonly type?: string;
}

export interface HttpApi {
  /** Closes the contact. */
  readonly on: HttpRequest;
  readonly off: HttpRequest;
  readonly read: HttpRequest | null;
  /** The contact after the answer to `read`; null when the text does not say it. */
  readonly stateIn: (answer: string) => 'open' | 'closed' | null;
  /** Whether an answer to `on` or `off` is one that the device gives when it has obeyed. */
  readonly isTaken: (answer: string) => boolean;
  readonly identity: {
    readonly request: HttpRequest;
    /** Null when the text does not say it. */
    readonly of: (answer: string) => Identity | null;
  } | null;
  /** How the device wants user and password: RFC 7617, RFC 7616, or in the query. */
  readonly login: 'basic' | 'digest' | 'query';
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** Each by the outlet in the maker's own counting. */
export const HTTP_PRESETS = {
  'shelly-gen1': shellyGen1,
  'shelly-gen2': shellyGen2,
  tasmota,
  netio,
  gude,
} as const satisfies Readonly<Record<string, (outlet: number) => HttpApi>>;
export type HttpPreset = keyof typeof HTTP_PRESETS;

/** Shelly counts from 0, all others from 1. */
export const FIRST_OUTLET: Readonly<Record<HttpPreset, number>> = {
  'shelly-gen1': 0,
  'shelly-gen2': 0,
  tasmota: 1,
  netio: 1,
  gude: 1,
};

/** shelly-api-docs.shelly.cloud/gen1, labgrid shelly_gen1.py. */
function shellyGen1(outlet: number): HttpApi {
  const path = `/relay/${outlet}`;
  const turn = (to: string): HttpRequest => ({
    method: 'POST',
    path,
    body: `turn=${to}`,
    type: FORM,
  });
  return {
    on: turn('on'),
    off: turn('off'),
    read: { method: 'GET', path },
    stateIn: (answer) => stateOf(valueAt(answer, ['ison']), true, false),
    isTaken: (answer) => typeof valueAt(answer, ['ison']) === 'boolean',
    identity: {
      request: { method: 'GET', path: '/shelly' },
      of: (answer) => identityOf('Shelly', answer, ['type'], ['mac'], ['fw']),
    },
    login: 'basic',
  };
}

/** shelly-api-docs.shelly.cloud/gen2: JSON-RPC, Switch.Set and Switch.GetStatus; user is always "admin". */
function shellyGen2(outlet: number): HttpApi {
  const call = (method: string, params: object): HttpRequest => ({
    method: 'POST',
    path: '/rpc',
    body: JSON.stringify({ id: 1, src: 'meterbench', method, params: { id: outlet, ...params } }),
    type: JSON_TYPE,
  });
  return {
    on: call('Switch.Set', { on: true }),
    off: call('Switch.Set', { on: false }),
    read: call('Switch.GetStatus', {}),
    stateIn: (answer) => stateOf(valueAt(answer, ['result', 'output']), true, false),
    // An error comes with status 200 too, and has no result.
    isTaken: (answer) => typeof valueAt(answer, ['result', 'was_on']) === 'boolean',
    identity: {
      request: { method: 'GET', path: '/shelly' },
      of: (answer) => identityOf('Shelly', answer, ['model'], ['mac'], ['ver']),
    },
    login: 'digest',
  };
}

/** tasmota.github.io/docs/Commands. A device of one relay calls it POWER, others POWER1, POWER2, ... */
function tasmota(outlet: number): HttpApi {
  const stateIn = (answer: string) => {
    const numbered = valueAt(answer, [`POWER${outlet}`]);
    return stateOf(outlet === 1 ? (numbered ?? valueAt(answer, ['POWER'])) : numbered, 'ON', 'OFF');
  };
  return {
    on: tasmotaCommand(`Power${outlet} On`),
    off: tasmotaCommand(`Power${outlet} Off`),
    read: tasmotaCommand(`Power${outlet}`),
    stateIn,
    isTaken: (answer) => stateIn(answer) !== null,
    identity: {
      request: tasmotaCommand('Status 2'),
      of: (answer) =>
        identityOf('Tasmota', answer, ['StatusFWR', 'Hardware'], [], ['StatusFWR', 'Version']),
    },
    login: 'query',
  };
}

function tasmotaCommand(text: string): HttpRequest {
  return { method: 'GET', path: `/cm?cmnd=${encodeURIComponent(text)}` };
}

/** NETIO JSON API (application note AN21): a write is answered by the whole state. */
function netio(outlet: number): HttpApi {
  const path = '/netio.json';
  const act = (action: number): HttpRequest => ({
    method: 'POST',
    path,
    body: JSON.stringify({ Outputs: [{ ID: outlet, Action: action }] }),
    type: JSON_TYPE,
  });
  const stateIn = (answer: string) => {
    const outputs = valueAt(answer, ['Outputs']);
    if (!Array.isArray(outputs)) return null;
    const output: unknown = outputs.find((each: unknown) => fieldOf(each, 'ID') === outlet);
    return stateOf(fieldOf(output, 'State'), 1, 0);
  };
  return {
    on: act(1),
    off: act(0),
    read: { method: 'GET', path },
    stateIn,
    isTaken: (answer) => stateIn(answer) !== null,
    identity: {
      request: { method: 'GET', path },
      of: (answer) =>
        identityOf(
          'NETIO',
          answer,
          ['Agent', 'Model'],
          ['Agent', 'SerialNumber'],
          ['Agent', 'Version'],
        ),
    },
    login: 'basic',
  };
}

/**
 * wiki.gude-systems.com, EPC HTTP interface; `components=1` asks for the outputs, also with a command.
 * Session authentication of the device must be off (labgrid gude8031.py).
 */
function gude(outlet: number): HttpApi {
  const status = '/status.json?components=1';
  const set = (state: number): HttpRequest => ({
    method: 'GET',
    path: `${status}&cmd=1&p=${outlet}&s=${state}`,
  });
  const stateIn = (answer: string) =>
    stateOf(valueAt(answer, ['outputs', String(outlet - 1), 'state']), 1, 0);
  return {
    on: set(1),
    off: set(0),
    read: { method: 'GET', path: status },
    stateIn,
    isTaken: (answer) => stateIn(answer) !== null,
    identity: null,
    login: 'basic',
  };
}

function stateOf(value: unknown, on: unknown, off: unknown): 'open' | 'closed' | null {
  if (value === on) return 'closed';
  return value === off ? 'open' : null;
}

type Place = readonly string[];

function identityOf(
  make: string,
  answer: string,
  model: Place,
  serial: Place,
  firmware: Place,
): Identity | null {
  const [told, number, version] = [model, serial, firmware].map((place) => textAt(answer, place));
  if (told === '' && number === '' && version === '') return null;
  return { make, model: told ?? '', serial: number ?? '', firmware: version ?? '' };
}

function textAt(answer: string, place: Place): string {
  const value = place.length === 0 ? undefined : valueAt(answer, place);
  return typeof value === 'string' ? value : '';
}

/** The value at a place of a JSON text; undefined when the text is none or has no such place. */
function valueAt(text: string, place: Place): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const key of place) value = fieldOf(value, key);
  return value;
}

function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
