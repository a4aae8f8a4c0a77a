import { afterEach, describe, expect, test, vi } from 'vitest';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { HTTP_PRESETS } from '../../../rigs/isolation/http-api.ts';
import { digestAnswer } from '../../../rigs/isolation/http-digest.ts';
import { httpSwitch } from '../../../rigs/isolation/http.ts';
import { contextOf } from './context.ts';
import {
  HTTP_FAULTS,
  type HttpDevice,
  type HttpDeviceOptions,
  type Maker,
  serveHttpDevice,
} from './http-devices.ts';
import {
  obedienceOf,
  OBEYS,
  OBEYS_WITHOUT_A_WORD,
  type SwitchUnderTest,
  wordOfFaulty,
} from './switch-contract.ts';

const OWN = {
  on: { method: 'PUT', path: '/contact', body: 'closed please', type: 'text/plain' },
  off: { method: 'PUT', path: '/contact', body: 'open please', type: 'text/plain' },
  read: { path: '/contact', closed: String.raw`\bmade$`, open: String.raw`\bbroken$` },
};
/** By the second of two outlets. */
const OPTIONS: Readonly<Record<Maker, object>> = {
  'shelly-gen1': { api: 'shelly-gen1', outlet: 1 },
  'shelly-gen2': { api: 'shelly-gen2', outlet: 1 },
  tasmota: { api: 'tasmota', outlet: 2 },
  netio: { api: 'netio', outlet: 2 },
  gude: { api: 'gude', outlet: 2 },
  own: { api: OWN },
};
const MAKERS = Object.keys(OPTIONS) as Maker[];

const devices: HttpDevice[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const device of devices.splice(0)) await device.close();
});

interface Bench extends SwitchUnderTest {
  readonly device: HttpDevice;
}

async function bench(
  maker: Maker,
  device: HttpDeviceOptions = {},
  change: object = {},
  readback: 'none' | 'state' = 'state',
): Promise<Bench> {
  const served = await serveHttpDevice(maker, device);
  devices.push(served);
  const clock = new WallClock();
  const context = contextOf({ name: 'isolation switch', clock, port: served.port, readback });
  // Long enough for a busy machine where an answer comes, short where none will.
  const options = { ...OPTIONS[maker], limit: device.fault === undefined ? 3e9 : 300e6, ...change };
  return {
    instrument: await httpSwitch.open(options, context),
    contact: () => (served.outlets[1] === true ? 'closed' : 'open'),
    nowNs: () => clock.nowNs(),
    settled: () => Promise.resolve(),
    device: served,
  };
}

test('every preset has a device here', () => {
  expect(MAKERS.filter((maker) => maker !== 'own')).toEqual(Object.keys(HTTP_PRESETS));
});

describe.each(MAKERS)('%s', (maker) => {
  test('closes, opens and reads its outlet, and leaves the other alone', async () => {
    const { device, ...end } = await bench(maker);
    expect(await obedienceOf(end)).toEqual(OBEYS);
    expect(device.outlets).toEqual([false, false]);
  });

  test('has no word where the rig file wants none', async () => {
    expect(await obedienceOf(await bench(maker, {}, {}, 'none'))).toEqual(OBEYS_WITHOUT_A_WORD);
  });

  test.each(HTTP_FAULTS)('a device that is %s is never believed wrongly', async (fault) => {
    for (const afterRequests of [0, 1]) {
      expect(await wordOfFaulty(await bench(maker, { fault, afterRequests }))).toBe('rig');
    }
  });

  test('requests go one at a time', async () => {
    const { instrument, device } = await bench(maker);
    await Promise.all([instrument.readBack(), instrument.close(), instrument.open()]);
    expect(device.together()).toBe(1);
    expect(device.outlets[1]).toBe(false);
  });
});

test.each<[HttpDeviceOptions, RegExp]>([
  [{ fault: 'dead' }, /: GET \/relay\/1: awaited the answer for 300 ms, it did not come$/],
  [{ fault: 'slow' }, /: GET \/relay\/1: awaited the answer for 300 ms, it did not come$/],
  [{ fault: 'garbage' }, /: GET \/relay\/1: awaited the state of the switch, got "<html>/],
  [{ fault: 'refused' }, /: GET \/relay\/1: .*ECONNREFUSED/],
  [{ fault: 'failing' }, /: GET \/relay\/1: answered 500 "out of memory"$/],
  [{ fault: 'elsewhere' }, /: GET \/relay\/1: unexpected redirect$/],
])('%j is told with what was asked, where, and what came', async (device, message) => {
  const { instrument, device: served } = await bench('shelly-gen1', device);
  await expect(instrument.readBack()).rejects.toMatchObject({
    blame: 'rig',
    message: expect.stringMatching(message),
  });
  await expect(instrument.readBack()).rejects.toThrow(`isolation switch at ${served.port}: `);
});

test.each<[Maker, object | null]>([
  [
    'shelly-gen1',
    { make: 'Shelly', model: 'SHSW-25', serial: 'C45BBE78A8A4', firmware: '20191217-140757/1047' },
  ],
  [
    'shelly-gen2',
    { make: 'Shelly', model: 'SNSW-001X16EU', serial: 'A8032AB12345', firmware: '0.10.1' },
  ],
  ['tasmota', { make: 'Tasmota', model: 'ESP8266EX', serial: '', firmware: '13.1.0(tasmota)' }],
  ['netio', { make: 'NETIO', model: 'NETIO 4All', serial: '24A42C390000', firmware: '3.0.1' }],
  ['gude', null],
  ['own', null],
])('%s says who it is, as far as it does', async (maker, identity) => {
  expect(await (await bench(maker)).instrument.identify()).toEqual(identity);
});

test('garbage is no identity', async () => {
  const { instrument } = await bench('netio', { fault: 'garbage' });
  await expect(instrument.identify()).rejects.toThrow('awaited who it is, got "<html>');
});

test('an outlet that the device has not is told', async () => {
  const { instrument } = await bench('shelly-gen2', {}, { outlet: 9 });
  await expect(instrument.close()).rejects.toThrow('value 9 not found');
});

test('a device of one relay, which leaves the number out, is understood', () => {
  expect(HTTP_PRESETS.tasmota(1).stateIn('{"POWER":"ON"}')).toBe('closed');
  expect(HTTP_PRESETS.tasmota(2).stateIn('{"POWER":"ON"}')).toBeNull();
});

test('an answer that looks like both says nothing', async () => {
  const both = { ...OWN, read: { path: '/contact', closed: 'contact', open: 'contact' } };
  const { instrument } = await bench('own', {}, { api: both });
  await expect(instrument.readBack()).rejects.toMatchObject({ blame: 'rig' });
});

describe('user and password', () => {
  const PASSWORD = 'pa ss&"wört\\/%';
  const LOGIN = { user: 'lab', password: { env: 'METERBENCH_TEST_PASSWORD' } };
  const CASES = [
    ['shelly-gen1', 'basic'],
    ['shelly-gen2', 'digest'],
    ['tasmota', 'query'],
    ['netio', 'basic'],
    ['gude', 'basic'],
    ['own', 'basic'],
  ] as const;

  test.each(CASES)('%s takes them by %s', async (maker, how) => {
    vi.stubEnv('METERBENCH_TEST_PASSWORD', PASSWORD);
    const login = { how, user: 'lab', password: PASSWORD };
    expect(await obedienceOf(await bench(maker, { login }, LOGIN))).toEqual(OBEYS);
  });

  test.each(CASES)('%s, %s: a wrong one is told, and stands in no error', async (maker, how) => {
    vi.stubEnv('METERBENCH_TEST_PASSWORD', PASSWORD);
    const login = { how, user: 'lab', password: 'another' };
    const { instrument } = await bench(maker, { login }, LOGIN);
    const error = await instrument.close().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ blame: 'rig', message: expect.stringContaining('answered 401') });
    const told = JSON.stringify(error, Object.getOwnPropertyNames(error));
    const query = new URLSearchParams({ password: PASSWORD }).toString().slice('password='.length);
    const header = Buffer.from(`lab:${PASSWORD}`).toString('base64');
    const secrets = [PASSWORD, encodeURIComponent(PASSWORD), query, header, 'pa ss', 'pa+ss'];
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  });

  test('a variable that is not set is told by its name', async () => {
    vi.stubEnv('METERBENCH_TEST_PASSWORD', undefined);
    await expect(bench('netio', {}, LOGIN)).rejects.toMatchObject({
      blame: 'rig',
      message: expect.stringContaining('METERBENCH_TEST_PASSWORD'),
    });
  });

  test('an address that holds them is refused without being shown', async () => {
    const context = contextOf({
      name: 'isolation switch',
      clock: new WallClock(),
      port: 'http://lab:secret@192.0.2.10',
    });
    const error = await httpSwitch
      .open({ api: 'netio' }, context)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ blame: 'scenario' });
    expect(String(error)).not.toContain('secret');
  });
});

/** RFC 7616, 3.9.1. */
test.each([
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
])('the digest of the standard by %s', (algorithm, response) => {
  const challenge = `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
  const header = digestAnswer(
    challenge,
    { user: 'Mufasa', password: 'Circle of Life' },
    {
      method: 'GET',
      path: '/dir/index.html',
      clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    },
  );
  expect(header).toContain(`response="${response}"`);
  expect(header).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
});

test.each([
  ['another scheme', 'Basic realm="device"'],
  ['an unknown algorithm', 'Digest realm="a", nonce="b", qop="auth", algorithm=SHA-512-256'],
  ['another protection', 'Digest realm="a", nonce="b", qop="auth-int", algorithm=SHA-256'],
])('%s is not answered', (_what, challenge) => {
  const asked = { method: 'GET', path: '/', clientNonce: 'c' };
  expect(digestAnswer(challenge, { user: 'u', password: 'p' }, asked)).toBeNull();
});
