import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import jsonata from 'jsonata';
import { z } from 'zod';
import { LANGUAGES, USUAL_LANGUAGE } from '../../../devices/domain/language.ts';
import { ALARM_KINDS } from '../../../devices/domain/northbound.ts';
import { messageOf } from '../../../devices/domain/error-text.ts';
import { written } from '../../written-quantity.ts';
import { CAPABILITIES, CONTROLS, lackingControls } from './capabilities.ts';

/**
 * The head-end file (*.head-end.yaml): how a head-end that somebody else wrote is reached, heard and
 * driven, without code. What it tells and takes is mapped by JSONata to the words of
 * devices/domain/northbound.ts.
 */

/** "127.0.0.1:1153" or "[::1]:1153". */
export const HOST_AND_PORT = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:[\]]+)):(?<port>\d{1,5})$/;

const hostAndPort = z.string().refine(isHostAndPort, {
  error: ({ input }) =>
    `"${String(input)}" is no address: write 127.0.0.1:1153 or [::1]:1153 (numbers, not names)`,
});

const url = z.string().regex(/^https?:\/\/\S+$/, {
  error: ({ input }) => `"${String(input)}" is no address of HTTP: write http://host:port/path`,
});

const mapping = z
  .string()
  .superRefine((text, context) => {
    try {
      jsonata(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `no JSONata: ${jsonataFault(error)}` });
    }
  })
  .describe('A JSONata expression.');

const token = z
  .strictObject({ env: z.string().regex(/^[A-Z_][A-Z0-9_]*$/) })
  .describe(
    'Environment variable that holds a bearer token; the token itself never stands in a file.',
  );

const call = z
  .strictObject({
    get: url.optional(),
    post: url.optional(),
    put: url.optional(),
    headers: z.record(z.string(), z.string()).optional(),
    token: token.optional(),
    body: mapping
      .optional()
      .describe('What is sent, from what is asked; that itself when not given.'),
    answer: mapping
      .optional()
      .describe('What it means, from what comes back; that itself when not given.'),
    within: written('ns').optional().describe('How long its answer is awaited; 30 s.'),
  })
  .refine(
    ({ get, post, put }) => [get, post, put].filter((one) => one !== undefined).length === 1,
    {
      error: () => 'a call is one of get, post and put',
    },
  );

const observer = z
  .strictObject({
    'server-sent-events': url.optional().describe('A stream that is followed over restarts.'),
    poll: url.optional().describe('An address that is asked again and again; it answers a list.'),
    every: written('ns').optional().describe('How often it is polled.'),
    webhook: hostAndPort.optional().describe('Where the head-end posts to; we listen there.'),
    folder: z.string().min(1).optional().describe('Where it puts files: .json, .ndjson or .csv.'),
    token: token.optional(),
    resolution: written('ns').describe('How finely its instants are known.'),
    map: mapping
      .optional()
      .describe('Events, from one message; the message itself when not given.'),
  })
  .superRefine((one, context) => {
    const ways = OBSERVER_WAYS.filter((way) => one[way] !== undefined);
    if (ways.length !== 1) {
      context.addIssue({
        code: 'custom',
        message: `an observer is one of ${OBSERVER_WAYS.join(', ')}`,
      });
    }
    const isAsked = one.poll !== undefined || one.folder !== undefined;
    if (isAsked !== (one.every !== undefined)) {
      context.addIssue({
        code: 'custom',
        message: 'every goes with poll and folder, and they with it',
      });
    }
  });

const OBSERVER_WAYS = ['server-sent-events', 'poll', 'webhook', 'folder'] as const;

const control = z.partialRecord(z.enum(CONTROLS), call);

/** A *.head-end.yaml as a person writes it. */
export const headEndFileSchema = z
  .strictObject({
    'head-end': z.string().min(1).describe('Product and version, as reports call it.'),
    southbound: z.strictObject({
      protocol: z.enum(LANGUAGES).default(USUAL_LANGUAGE),
      address: hostAndPort.describe('Where modules reach the head-end.'),
      configuration: hostAndPort
        .optional()
        .describe('Where they reach the configuration server; the same when not given.'),
    }),
    northbound: z.array(observer).min(1),
    control,
    codes: z
      .partialRecord(z.enum(ALARM_KINDS), z.array(z.string().min(1)).min(1))
      .optional()
      .describe('What the head-end calls each alarm; several codes may mean one.'),
    capabilities: z.array(z.enum(CAPABILITIES)).min(1),
    'permitted-addresses': z
      .array(z.string().refine(isRange, { error: ({ input }) => `"${String(input)}" is no range` }))
      .min(1)
      .describe('Nothing is sent to any other address.'),
    longest: written('ns')
      .optional()
      .describe('Scenarios that take longer in wall time are not run; 30 min.'),
  })
  .superRefine((file, context) => {
    for (const { capability, lacks } of lackingControls(
      file.capabilities,
      Object.keys(file.control),
    )) {
      context.addIssue({
        code: 'custom',
        path: ['capabilities'],
        message: `${capability} needs control ${lacks.join(', ')}`,
      });
    }
    for (const [what, address] of addressesIn(file)) {
      if (isPermitted(address, file['permitted-addresses'])) continue;
      context.addIssue({
        code: 'custom',
        path: ['permitted-addresses'],
        message: `${what} is at ${address}, which no range holds`,
      });
    }
  });

export type HeadEndFile = z.output<typeof headEndFileSchema>;
export type ControlCall = z.output<typeof call>;
export type ObserverDescription = z.output<typeof observer>;

/** Every host that the file makes us speak to, with what it is for. */
function addressesIn(file: {
  readonly southbound: { readonly address: string; readonly configuration?: string | undefined };
  readonly northbound: readonly Partial<
    Record<'server-sent-events' | 'poll' | 'webhook', string | undefined>
  >[];
  readonly control: Partial<
    Record<string, Partial<Record<'get' | 'post' | 'put', string | undefined>>>
  >;
}): readonly (readonly [what: string, host: string])[] {
  const { southbound, northbound, control: calls } = file;
  const places = [
    ['southbound', southbound.address],
    ['configuration', southbound.configuration],
    ...northbound.flatMap((one) => [
      ['an observer', one['server-sent-events']],
      ['an observer', one.poll],
      ['an observer', one.webhook],
    ]),
    ...Object.entries(calls).flatMap(([name, one]) => [
      [`control ${name}`, one?.get ?? one?.post ?? one?.put],
    ]),
  ] as const;
  return places.flatMap(([what, text]) => {
    const host = text === undefined ? null : hostIn(text);
    return what === undefined || host === null ? [] : [[what, host] as const];
  });
}

/** The host of an address of HTTP or of an address with its port; null for what is none. */
function hostIn(text: string): string | null {
  const { six, four } = HOST_AND_PORT.exec(text)?.groups ?? {};
  if (six !== undefined || four !== undefined) return six ?? four ?? null;
  if (!URL.canParse(text)) return null;
  return new URL(text).hostname.replaceAll(/^\[|\]$/g, '');
}

/** Whether an address stands in one of the ranges. Names are resolved by nobody, and so never do. */
export function isPermitted(host: string, ranges: readonly string[]): boolean {
  if (isIP(host) === 0) return false;
  const address = ipaddr.process(host);
  return ranges.filter(isRange).some((range) => {
    const [base, bits] = rangeOf(range);
    return base.kind() === address.kind() && address.match(base, bits);
  });
}

function rangeOf(range: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (range.includes('/')) return ipaddr.parseCIDR(range);
  const base = ipaddr.parse(range);
  return [base, base.kind() === 'ipv4' ? 32 : 128];
}

function isRange(text: string): boolean {
  return text.includes('/') ? ipaddr.isValidCIDR(text) : isIP(text) !== 0;
}

function isHostAndPort(text: string): boolean {
  const { six, four, port } = HOST_AND_PORT.exec(text)?.groups ?? {};
  return isIP(six ?? four ?? '') !== 0 && Number(port) <= 65_535;
}

/** JSONata tells its mistakes as objects with a position. */
function jsonataFault(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return messageOf(error);
  const at = 'position' in error ? ` (at character ${String(error.position)})` : '';
  return `${String(error.message)}${at}`;
}
