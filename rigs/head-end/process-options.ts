/** What the process of a head-end is told on its standard input, and says on its output. */
import { z } from 'zod';
import type { HeadEndReady, HeadEndServerOptions } from './server.ts';

/** A module that exports rules which replace the head-end's own: functions cross no process. */
export interface RulesModule {
  /** A file: URL. */
  readonly path: string;
  readonly exportName: string;
}

/** One line of JSON on standard input: options stand in no list of processes. */
export interface HeadEndProcessOptions extends HeadEndServerOptions {
  readonly rulesModule: RulesModule | null;
}

const end = z.object({ host: z.string(), port: z.int().positive() });

/** The line that it prints when it can be reached. */
export const readyLine = z.object({
  ready: z.literal('head-end'),
  southbound: end,
  configuration: end,
  northbound: z.object({ url: z.string() }),
  apTitle: z.string(),
  configurationApTitle: z.string(),
  keyIds: z.string(),
}) satisfies z.ZodType<HeadEndReady>;
