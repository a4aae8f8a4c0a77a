import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Document, parseDocument } from 'yaml';
import { Refusal } from '../../../harness/main/exit.ts';
import type { RigCheck } from '../../../harness/main/rig-check.ts';
import { rigCheckCommand } from '../../../harness/main/rig-check-command.ts';
import { lcusCommand } from '../../../rigs/isolation/lcus-frame.ts';
import { RigLock } from '../../../rigs/guardian/rig-lock.ts';
import { RigStore } from '../../../rigs/guardian/rig-store.ts';
import { serve } from './command-line.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'meterbench-rig-check-'));
  vi.stubEnv('METERBENCH_STATE', path.join(folder, 'state'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Twins of the shipped rig behind TCP. @returns the rig file by which they are reached */
async function servedRig(): Promise<string> {
  const rig = path.join(folder, 'served.rig.yaml');
  const log = path.join(folder, 'twins.ndjson');
  await serve('serve', 'bench', '--twin', 'simulated', '--log', log, '--write-rig', rig);
  return rig;
}

/** A dark meter is waited for in vain, which takes its time. */
function withoutProbe(document: Document): void {
  document.deleteIn(['positions', 0, 'optical']);
}

/** The rig file with changes by hand. */
function changed(rig: string, change: (document: Document) => void): string {
  const document = parseDocument(readFileSync(rig, 'utf8'));
  change(document);
  const file = path.join(folder, 'changed.rig.yaml');
  writeFileSync(file, document.toString());
  return file;
}

interface Checked extends RigCheck {
  readonly exitCode: number;
  /** "severity role: text" of every finding. */
  readonly told: readonly string[];
}

async function check(rig: string): Promise<Checked> {
  const printed: string[] = [];
  const exitCode = await rigCheckCommand(rig, { json: true }, (text) => printed.push(text));
  const found = JSON.parse(printed.join('\n')) as RigCheck;
  const told = found.findings.map(({ severity, role, text }) => `${severity} ${role}: ${text}`);
  return { ...found, exitCode, told };
}

const errors = ({ told }: Checked) => told.filter((text) => text.startsWith('error'));
const of = ({ instruments }: Checked, role: string) =>
  instruments.find((instrument) => instrument.role === role);

/** A port at which connections are counted, and perhaps lines are answered. */
async function listener(answer: (line: string) => string | null = () => null) {
  const seen = { connections: 0 };
  const server: Server = createServer((socket: Socket) => {
    seen.connections++;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      const said = answer(bytes.toString().trim());
      if (said !== null) socket.write(`${said}\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { seen, port: `tcp://127.0.0.1:${port}`, close: () => server.close() };
}

/** A port at which nobody listens any more. */
async function absentPort(): Promise<string> {
  const { port, close } = await listener();
  close();
  return port;
}

/** Writes bytes to a port as another program would. */
async function send(port: string, bytes: Uint8Array | string): Promise<void> {
  const { hostname, port: number } = new URL(port);
  const socket = connect({ host: hostname, port: Number(number) });
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  socket.end(bytes);
  socket.resume();
  await closed;
}

test('four faults are all named, and the line that holds the mains alone is not opened', async () => {
  const line = await listener();
  const absent = await absentPort();
  const rig = changed(await servedRig(), (document) => {
    withoutProbe(document);
    document.set('mains', {
      driver: 'line',
      port: line.port,
      line: 'dtr',
      active: 'on',
      switches: 'contactor',
      readback: 'none',
      'verify-by': 'standard',
    });
    document.setIn(['standard', 'senses'], 'upstream');
    document.setIn(['standard', 'instrument', 'due'], '2020-01-01');
    document.setIn(['source', 'port'], absent);
  });
  const checked = await check(rig);
  expect(checked.exitCode).toBe(4);
  expect(errors(checked)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/isolation-switch: a control line alone holds the mains/),
      expect.stringMatching(/isolation-switch: verify-by: standard, .* senses upstream/),
      expect.stringMatching(/reference-standard: .* days overdue \(due 2020-01-01\)/),
      expect.stringMatching(/source: .*the port did not open/),
    ]),
  );
  expect(line.seen.connections).toBe(0);
  expect(of(checked, 'isolation-switch')?.shows).toContain('not opened');
  // What comes after an absent port is asked all the same.
  expect(of(checked, 'reference-standard')).toMatchObject({
    identity: { make: 'ZERA GmbH', model: 'MT310s2' },
    shows: '0.0 V upstream',
  });
});

test('with a second contact in series the same line is opened', async () => {
  const line = await listener();
  const rig = changed(await servedRig(), (document) => {
    withoutProbe(document);
    document.set('mains', {
      driver: 'line',
      port: line.port,
      line: 'dtr',
      active: 'on',
      switches: 'contactor',
      readback: 'none',
      'verify-by': 'standard',
      'in-series-with': 'contactor K1, off at power-up',
    });
  });
  const checked = await check(rig);
  expect(line.seen.connections).toBe(1);
  expect(errors(checked).join()).not.toContain('alone');
  // A serial server has no lines to set.
  expect(errors(checked).join()).toContain('no control lines');
});

describe('a served rig', () => {
  test('without a fault is told instrument by instrument, and nothing is energised', async () => {
    const rig = changed(await servedRig(), (document) => {
      document.deleteIn(['standard', 'instrument']);
    });
    const checked = await check(rig);
    expect(errors(checked)).toEqual([]);
    expect(checked.exitCode).toBe(0);
    expect(checked.profile).toBe('lab');
    expect(of(checked, 'source')).toMatchObject({ shows: 'output off' });
    expect(of(checked, 'isolation-switch')).toMatchObject({ shows: 'no read-back' });
    expect(of(checked, 'reference-standard')).toMatchObject({ shows: '0.0 V downstream' });
    expect(of(checked, 'optical-port')).toMatchObject({ shows: 'no meter answers' });
    expect(of(checked, 'pulse-input')).toMatchObject({ driver: 'edge-input', identity: null });
    expect(of(checked, 'pulse-input')?.port).toMatch(/^tcp:/);
    expect(checked.told).toContainEqual(expect.stringMatching(/^note optical-port: .*dark one/));
    const off = ['source', 'isolation-switch'].map(
      (role) => of(checked, role)?.safety?.offWithinNs,
    );
    expect(checked.safeWithinNs).toBe((off[0] ?? 0) + (off[1] ?? 0));
    expect(readFileSync(path.join(folder, 'twins.ndjson'), 'utf8')).not.toMatch(
      /"milliVolts":[1-9]/,
    );
    const printed: string[] = [];
    await rigCheckCommand(rig, { json: false }, (text) => printed.push(text));
    expect(printed.join()).toMatch(/reference-standard +zera-scpi +tcp:\S+ +ZERA GmbH MT310s2/);
  });

  test('whose standard is another than its certificate says is an error', async () => {
    const checked = await check(changed(await servedRig(), withoutProbe));
    expect(errors(checked)).toEqual([
      expect.stringMatching(/reference-standard: the rig file says serial S-1, it says /),
    ]);
  });

  test('that is live is told, with the meter that answers', async () => {
    const rig = await servedRig();
    const document = parseDocument(readFileSync(rig, 'utf8'));
    const portOf = (role: string) => String(document.getIn([role, 'port']));
    await send(portOf('source'), 'VOLT 240\nOUTP ON\n');
    await send(portOf('mains'), lcusCommand(1, true));
    const checked = await vi.waitFor(
      async () => {
        const now = await check(rig);
        expect(of(now, 'optical-port')?.shows).toBe('meter 60012345');
        return now;
      },
      { timeout: 40_000, interval: 100 },
    );
    expect(errors(checked).join('\n')).toMatch(/source: its output is on/);
    expect(errors(checked).join('\n')).toMatch(
      /reference-standard: it reads 2\d\d\.\d V downstream/,
    );
    expect(checked.exitCode).toBe(4);
  });

  test('that another holds is not touched, and who holds it is told', async () => {
    const rig = await servedRig();
    const lock = RigLock.acquire({
      store: new RigStore(path.join(folder, 'state')),
      rig: 'served-simulated',
      ports: [],
      run: 'abc123',
      folder: null,
      pid: process.pid,
      processStarted: '2026-01-01T00:00:00Z',
      nowUtcMs: () => Date.now(),
    });
    const checked = await check(rig).finally(() => lock.release());
    expect(checked.exitCode).toBe(4);
    expect(errors(checked)).toEqual([
      expect.stringMatching(/rig served-simulated is held by run abc123/),
    ]);
    expect(checked.instruments).toEqual([]);
  });

  test('that is quarantined is looked at all the same, and what stood in its record stays', async () => {
    const rig = changed(await servedRig(), withoutProbe);
    const store = new RigStore(path.join(folder, 'state'));
    const record = store.read('served-simulated');
    const quarantine = { since: '2026-01-01', run: 'abc', why: 'the relay is stuck' };
    const mayBeLive = { since: '2026-01-01', run: 'abc', what: 'isolation close' };
    store.write({ ...record, quarantine, mayBeLive });
    const checked = await check(rig);
    expect(errors(checked)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('quarantined since 2026-01-01: the relay is stuck'),
        expect.stringContaining('run abc may have left it live (isolation close)'),
      ]),
    );
    expect(of(checked, 'source')?.shows).toBe('output off');
    expect(store.read('served-simulated')).toMatchObject({ quarantine, mayBeLive, holder: null });
  });
});

describe('a rig file alone', () => {
  test('with a driver of the user’s own is asked like any other; a broken one is a finding', async () => {
    const far = await listener((line) =>
      line === 'SER2?' ? 'T-9' : line === 'TEMP2?' ? '23.4' : null,
    );
    const own = path.resolve('test/rigs/driver/own');
    const rig = changed('rigs/simulated.rig.yaml', (document) => {
      document.set('probes', {
        room: {
          driver: 'own',
          file: path.join(own, 'thermometer.ts'),
          port: far.port,
          options: { channel: 2 },
          instrument: { make: 'ours', model: 'thermometer', serial: 'T-8' },
        },
        hall: { driver: 'own', file: path.join(own, 'no-driver.ts') },
      });
    });
    const checked = await check(rig);
    expect(of(checked, 'probe room')).toMatchObject({
      driver: 'thermometer',
      shows: '23.4 °C',
      identity: { serial: 'T-9' },
    });
    expect(errors(checked)).toEqual([
      expect.stringContaining('probe hall: driver'),
      expect.stringContaining('probe room: the rig file says serial T-8, it says T-9'),
    ]);
  });

  test('tells one port of two instruments, and limits above those of the meter', async () => {
    const port = await absentPort();
    const rig = changed('rigs/simulated.rig.yaml', (document) => {
      document.setIn(['source', 'port'], port);
      document.setIn(['standard', 'port'], port);
      document.setIn(['limits', 'current'], '250 A');
    });
    const { told } = await check(rig);
    expect(told).toContain(`error reference-standard: ${port} is the port of source already`);
    expect(told).toContainEqual(
      expect.stringMatching(/^warning rig: limits: current 250 A is above the 200 A of the meter/),
    );
  });

  test('with mistakes is refused with all of them, and nothing is opened', async () => {
    const far = await listener();
    const rig = changed('rigs/simulated.rig.yaml', (document) => {
      document.setIn(['source', 'port'], far.port);
      document.setIn(['mains', 'switches'], 'load current');
      document.setIn(['standard', 'sense'], 'upstream');
    });
    const refusal = await check(rig).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ exitCode: 3 });
    expect(String(refusal)).toContain('2 mistakes');
    expect(far.seen.connections).toBe(0);
  });
});
