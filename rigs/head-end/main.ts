/**
 * The process of the reference head-end. One line of JSON on standard input tells it everything;
 * it prints one line when it is ready, and ends when its standard input does.
 */
import { createInterface } from 'node:readline';
import type { HeadEndRules } from '../../devices/head-end/rules/index.ts';
import type { HeadEndProcessOptions, RulesModule } from './process-options.ts';
import { serveHeadEnd } from './server.ts';

// Signals reach the whole group: whoever started this process ends it when the run is safe.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
const lines = createInterface({ input: process.stdin });
const ended = new Promise<void>((resolve) => {
  lines.once('close', resolve);
});
const first = await new Promise<string>((resolve, reject) => {
  lines.once('line', resolve);
  void ended.then(() => reject(new Error('standard input: a line with the options wanted')));
});
// Written by head-end-process.ts of the same version: nobody else starts this file.
const { rulesModule, ...options } = JSON.parse(first) as HeadEndProcessOptions;
const server = await serveHeadEnd(options, rulesModule === null ? {} : await rulesOf(rulesModule));
process.stdout.write(`${JSON.stringify(server.ready)}\n`);
await ended;
await server.close();

async function rulesOf({ path, exportName }: RulesModule): Promise<Partial<HeadEndRules>> {
  const module = (await import(path)) as Readonly<Record<string, unknown>>;
  const rules = module[exportName];
  if (typeof rules === 'object' && rules !== null) return rules;
  throw new Error(`${path}: exports no rules under the name ${exportName}`);
}
