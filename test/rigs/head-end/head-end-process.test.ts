import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testIdentity } from '../../../devices/domain/identity.ts';
import type { NorthboundEvent } from '../../../devices/domain/northbound.ts';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { HeadEndProcess } from '../../../rigs/head-end/head-end-process.ts';
import { HttpNorthbound } from '../../../rigs/head-end/northbound-client.ts';
import type { HeadEndProcessOptions } from '../../../rigs/head-end/process-options.ts';
import { lastGasp, metersOverUdp, until } from './scripted-meters.ts';
import { fail, optionsFor } from './served.ts';

const ALARMS = 500;
const SOME = 20;
const METERS = Array.from({ length: ALARMS }, (_, index) => index);

let folder = '';
let running: HeadEndProcess | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterbench-process-'));
});

afterEach(async () => {
  await running?.kill();
  running = null;
  rmSync(folder, { recursive: true, force: true });
});

function headEnd(options: Partial<HeadEndProcessOptions> = {}) {
  const lost: string[] = [];
  const store = join(folder, 'head-end.sqlite');
  const whole = { ...optionsFor(store), rulesModule: null, ...options };
  running = new HeadEndProcess(whole, ({ blame, message }) => lost.push(`${blame}: ${message}`));
  return { process: running, lost };
}

function client(url: string): Promise<HttpNorthbound> {
  return HttpNorthbound.connect({ name: 'client', url, clock: new WallClock(), onFault: fail });
}

function rulesOf(exportName: string) {
  const path = new URL('./defective-rules.ts', import.meta.url).href;
  return { rulesModule: { path, exportName } };
}

describe('the process of a head-end', () => {
  test('killed in the middle of 500 alarms, it has all that it acknowledged', async () => {
    const { process, lost } = headEnd();
    const ready = await process.start();
    const ends = { 'head-end': ready.southbound, 'configuration-server': ready.configuration };
    const northbound = await client(ready.northbound.url);
    const told: NorthboundEvent[] = [];
    northbound.listen((event) => told.push(event));
    await using meters = await metersOverUdp(ends);
    const names = METERS.slice(0, ALARMS / 2).map((index) => meters.say(index, lastGasp(1)));
    // In the middle: some are acknowledged, some are on their way, some are still to come.
    await until(() => meters.acknowledged.size >= SOME, 'the first acknowledgements');
    await process.kill();
    const acknowledged = METERS.filter((index) => meters.acknowledged.has(names[index] ?? ''));
    expect(acknowledged.length).toBeGreaterThanOrEqual(SOME);
    expect(await process.start()).toEqual(ready);
    const serials = METERS.map((index) => testIdentity(index).serial);
    const kept = new Set((await northbound.alarms(serials)).map(({ serial }) => serial));
    expect(acknowledged.filter((index) => !kept.has(testIdentity(index).serial))).toEqual([]);
    // The modules that were not answered say it again: nobody is missing, nobody stands there twice.
    for (const index of METERS) meters.say(index, lastGasp(1));
    const alarms = (): string[] =>
      told.flatMap((event) => (event.type === 'alarm' ? [event.alarm.serial] : []));
    await until(() => new Set(alarms()).size === ALARMS, 'an alarm of every meter');
    expect(alarms()).toHaveLength(ALARMS);
    expect(await northbound.alarms(serials)).toHaveLength(ALARMS);
    await northbound.close();
    await process.stop();
    expect(lost).toEqual([]);
  });

  test('its rules can be replaced by a module’s', async () => {
    const { process } = headEnd(rulesOf('NO_ALARM_LEAVES'));
    const ready = await process.start();
    const ends = { 'head-end': ready.southbound, 'configuration-server': ready.configuration };
    await using meters = await metersOverUdp(ends);
    const name = meters.say(0, lastGasp(1));
    await until(() => meters.acknowledged.has(name), 'the acknowledgement');
    const northbound = await client(ready.northbound.url);
    expect(await northbound.alarms([testIdentity(0).serial])).toEqual([]);
    await northbound.close();
  });

  test('that ends unasked is told of, with its last words', async () => {
    const { process, lost } = headEnd(rulesOf('FAILS_AT_ALARMS'));
    const ready = await process.start();
    const ends = { 'head-end': ready.southbound, 'configuration-server': ready.configuration };
    await using meters = await metersOverUdp(ends);
    meters.say(0, lastGasp(1));
    await until(() => lost.length === 1, 'the loss');
    expect(lost[0]).toMatch(
      /^head-end: head-end process: ended unasked, exit code 1, .*a rule failed/s,
    );
    expect(process.pid).toBeNull();
  });

  test.each([
    ['no such export', rulesOf('NOTHING'), 'exports no rules under the name NOTHING'],
    ['an address that may not be', { host: '192.0.2.1' }, 'an address of the loopback interface'],
  ])('that cannot start says why: %s', async (_name, options, why) => {
    const { process, lost } = headEnd(options);
    await expect(process.start()).rejects.toThrow(why);
    expect([process.pid, lost]).toEqual([null, []]);
  });
});
