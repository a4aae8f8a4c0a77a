import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { decode } from 'cborg';
import { testIdentity } from '../../devices/domain/identity.ts';
import { UPLINK_ADDRESSEE, type UplinkKind } from '../../devices/protocol/centron-gprs/messages.ts';
import { expandPayload } from '../../devices/protocol/mqtt/compression.ts';
import { makeTopic } from '../../devices/protocol/mqtt/topics.ts';
import { TEST_ACCOUNT } from '../../rigs/head-end/test-language.ts';
import { MqttSession } from '../../rigs/mqtt/session.ts';
import { brokerFor } from '../../rigs/mqtt/tls-folder.ts';
import { command, serve, writeQuickProfile } from '../harness/main/command-line.ts';
import { type Authority, authority } from './mqtt/certificates.ts';
import { MOSQUITTO, mosquitto } from './mqtt/mosquitto.ts';
import { lineOf, missingPeers, output, PEERS_REQUIRED, start, stop } from './peers.ts';

/** The fleet, the reference head-end and Debian's Mosquitto between them. */

const MISSING = missingPeers({ ...MOSQUITTO, openssl: ['openssl', 'version'] });
const why = MISSING.length === 0 ? '' : ` (skipped: ${MISSING.join(', ')} missing)`;
const METERS = 20;

const folder = mkdtempSync(join(tmpdir(), 'meterbench-mqtt-'));
const profile = writeQuickProfile(join(folder, 'quick.yaml'));
let ours: Authority;
let strangers: Authority;
afterAll(() => rmSync(folder, { recursive: true }));

interface Counters {
  readonly received: number;
  readonly opened: number;
  readonly replays: number;
  readonly malformed: number;
  readonly unknownMeter: number;
}

async function headEndAt(target: string, tls: string | null = null) {
  const { ready } = await serve(
    'serve',
    'head-end',
    '--protocol=mqtt',
    `--broker=${target}`,
    ...(tls === null ? [] : [`--tls=${tls}`]),
    `--meters=${METERS}`,
    '--commissioned=provisioned',
  );
  const { url } = ready['northbound'] as { readonly url: string };
  return async (): Promise<Counters> => (await (await fetch(`${url}/counters`)).json()) as Counters;
}

/** The fleet command against a broker. */
function fleet(target: string, seconds: number, tls: string | null = null) {
  return command(
    'fleet',
    '--protocol=mqtt',
    `--meters=${METERS}`,
    `--target=${target}`,
    `--for=${seconds} s`,
    `--profile=${profile}`,
    ...(tls === null ? [] : [`--tls=${tls}`]),
    '--json',
  );
}

const HEARTBEAT = makeTopic(TEST_ACCOUNT.root, {
  customer: TEST_ACCOUNT.customer,
  serial: testIdentity(0).serial,
  direction: 'up',
  server: 'head-end',
  kind: 'heartbeat',
});

/** What a fleet has sent to the head-end: the rest was for the configuration server. */
function sentToHeadEnd(told: Awaited<ReturnType<typeof fleet>>): number {
  const said = told['said'] as Readonly<Record<string, number>>;
  const others = Object.entries(said).filter(
    ([kind]) => UPLINK_ADDRESSEE[kind as UplinkKind] === 'configuration-server',
  );
  return Number(told['achieved']) - others.reduce((sum, [, count]) => sum + count, 0);
}

/** All of a fleet's messages, each once. */
function all(sent: number) {
  return { opened: sent, replays: 0, malformed: 0, unknownMeter: 0 };
}

/** A session that must not come about. */
async function refused(target: string, tlsFolder: string | null): Promise<string> {
  const [host = '', port] = target.split(':');
  const place = { host, port: Number(port), tlsFolder };
  const session = MqttSession.open({
    broker: brokerFor(place, 'control'),
    clientId: 'control',
    subscribe: [],
    onPublish: () => undefined,
  });
  return session.then(
    async (open) => {
      await open.close();
      return 'let in';
    },
    (error: Error) => error.message,
  );
}

test.runIf(PEERS_REQUIRED)('the peers are here', () => {
  expect(MISSING).toEqual([]);
});

describe.skipIf(MISSING.length > 0)(`over Mosquitto${why}`, () => {
  beforeAll(async () => {
    ours = await authority('ours');
    await ours.issue('server', { host: '127.0.0.1' });
    await ours.issue('client');
    strangers = await authority('strangers');
    await strangers.issue('client');
  });

  test('every message of the fleet is opened once, and an independent client reads it', async () => {
    const broker = await mosquitto();
    onTestFinished(() => broker.kill());
    const counters = await headEndAt(broker.target);
    const port = String(broker.port);
    const client = start('mosquitto_sub', ['-p', port, '-t', HEARTBEAT, '-C', '1', '-F', '%x']);
    onTestFinished(() => stop(client));
    const heard = lineOf(client, 'stdout', /^[0-9a-f]+$/);
    const told = await fleet(broker.target, 4);
    expect(told['achieved']).toBe(told['offered']);
    const sent = sentToHeadEnd(told);
    expect(sent).toBeGreaterThan(METERS);
    expect(await counters()).toMatchObject(all(sent));
    const payload: unknown = decode(expandPayload(Buffer.from(await heard, 'hex')));
    expect(payload).toMatchObject({ n: expect.any(Number) as number, body: { sequenceNumber: 1 } });
  });

  test('what is said twice is taken once, and what is spoilt is refused', async () => {
    const broker = await mosquitto();
    onTestFinished(() => broker.kill());
    const counters = await headEndAt(broker.target);
    const port = String(broker.port);
    const publish = (message: string) =>
      output('mosquitto_pub', ['-p', port, '-q', '1', '-t', HEARTBEAT, '-m', message]);
    const good = '{"n":7,"body":{"sequenceNumber":1}}';
    await publish(good);
    await publish(good);
    await publish(good.replace('"n"', '"m"'));
    let seen = await counters();
    for (let round = 0; round < 100 && seen.received < 3; round++) seen = await counters();
    expect(seen).toMatchObject({ received: 3, opened: 1, replays: 1, malformed: 1 });
  });

  test('a broker that is killed and started again loses nothing that was acknowledged', async () => {
    const broker = await mosquitto();
    onTestFinished(() => broker.kill());
    const counters = await headEndAt(broker.target);
    const told = fleet(broker.target, 10);
    let seen = await counters();
    while (seen.opened < METERS) seen = await counters();
    await broker.kill();
    await broker.restart();
    const sent = sentToHeadEnd(await told);
    for (let round = 0; round < 500 && seen.opened < sent; round++) seen = await counters();
    // At least once: what comes twice is a replay and not a message.
    expect(seen.opened).toBe(sent);
  });

  describe('with TLS', () => {
    test('every message is opened, with a certificate for each client', async () => {
      const broker = await mosquitto(ours.folder);
      onTestFinished(() => broker.kill());
      const counters = await headEndAt(broker.target, ours.folder);
      const told = await fleet(broker.target, 3, ours.folder);
      const sent = sentToHeadEnd(told);
      expect(sent).toBeGreaterThan(METERS);
      expect(await counters()).toMatchObject(all(sent));
    });

    test('whoever is not of ours is not let in, each with its reason', async () => {
      const broker = await mosquitto(ours.folder);
      onTestFinished(() => broker.kill());
      // The control of the controls: one of ours is.
      expect(await refused(broker.target, ours.folder)).toBe('let in');
      expect(await refused(broker.target, null)).toMatch(/got (hung-up|cleartext)/);
      expect(await refused(broker.target, strangers.folder)).toMatch(/got unknown-authority/);

      const bare = mkdtempSync(join(folder, 'bare-'));
      cpSync(join(ours.folder, 'ca.pem'), join(bare, 'ca.pem'));
      expect(await refused(broker.target, bare)).toMatch(/got (certificate-wanted|hung-up)/);

      await ours.issue('expired', { days: -1 });
      const late = mkdtempSync(join(folder, 'expired-'));
      cpSync(join(ours.folder, 'ca.pem'), join(late, 'ca.pem'));
      cpSync(join(ours.folder, 'expired.pem'), join(late, 'client.pem'));
      cpSync(join(ours.folder, 'expired.key'), join(late, 'client.key'));
      expect(await refused(broker.target, late)).toMatch(
        /got (certificate-expired|certificate-refused|hung-up)/,
      );
    });

    test('a server whose certificate is over is told by that name', async () => {
      const over = await authority('over');
      await over.issue('server', { host: '127.0.0.1', days: -1 });
      await over.issue('client');
      const broker = await mosquitto(over.folder);
      onTestFinished(() => broker.kill());
      expect(await refused(broker.target, over.folder)).toMatch(/got certificate-expired/);
    });

    test('a server of another name is told by that', async () => {
      const named = await authority('named');
      await named.issue('server', { host: '192.0.2.7' });
      await named.issue('client');
      const broker = await mosquitto(named.folder);
      onTestFinished(() => broker.kill());
      expect(await refused(broker.target, named.folder)).toMatch(/got wrong-name/);
    });
  });
});
