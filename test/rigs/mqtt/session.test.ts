import { expect, onTestFinished, test } from 'vitest';
import { decodePublish, encodePublish } from '../../../devices/protocol/mqtt/publish.ts';
import { EmbeddedBroker } from '../../../rigs/mqtt/broker.ts';
import { MqttSession } from '../../../rigs/mqtt/session.ts';
import { until } from '../head-end/scripted-meters.ts';

async function brokerForTest(): Promise<EmbeddedBroker> {
  const broker = await EmbeddedBroker.open('127.0.0.1', 0);
  onTestFinished(() => broker.close());
  return broker;
}

function text(bytes: Uint8Array): string {
  const { topic, payload } = decodePublish(bytes);
  return `${topic} ${Buffer.from(payload).toString()}`;
}

function message(topic: string, payload: string): Uint8Array {
  return encodePublish({ topic, payload: Buffer.from(payload), packetId: 1, isDuplicate: false });
}

test('what is published while a session is away waits for it at the broker', async () => {
  const broker = { ...(await brokerForTest()).address };
  const heard: string[] = [];
  const open = (clientId: string, subscribe: readonly string[]) =>
    MqttSession.open({
      broker,
      clientId,
      subscribe,
      onPublish: (bytes) => heard.push(text(bytes)),
    });
  const meter = await open('meter', ['m/down/#']);
  const server = await open('server', []);
  onTestFinished(() => server.close());
  await server.publish(message('m/down/a', 'one'));
  await until(() => heard.length === 1, 'the first message');
  await meter.break();
  await server.publish(message('m/down/a', 'two'));
  const again = await open('meter', ['m/down/#']);
  onTestFinished(() => again.close());
  await until(() => heard.length === 2, 'the message that waited');
  expect(heard).toEqual(['m/down/a one', 'm/down/a two']);
});

test('the will tells of a connection that broke, and of no goodbye', async () => {
  const broker = { ...(await brokerForTest()).address };
  const heard: string[] = [];
  const watcher = await MqttSession.open({
    broker,
    clientId: 'watcher',
    subscribe: ['+/connection'],
    onPublish: (bytes) => heard.push(text(bytes)),
  });
  onTestFinished(() => watcher.close());
  const open = (clientId: string) =>
    MqttSession.open({
      broker,
      clientId,
      subscribe: [],
      connectionTopic: `${clientId}/connection`,
      onPublish: () => undefined,
    });
  await (await open('polite')).close();
  await (await open('broken')).break();
  await until(() => heard.includes('broken/connection {"connected":false}'), 'the will');
  expect(heard).toEqual([
    'polite/connection {"connected":true}',
    'broken/connection {"connected":true}',
    'broken/connection {"connected":false}',
  ]);
});

test('a broker that is not there is told with where, who and why', async () => {
  const broker = await EmbeddedBroker.open('127.0.0.1', 0);
  const { address } = broker;
  await broker.close();
  const attempt = MqttSession.open({
    broker: address,
    clientId: 'meter-7',
    subscribe: [],
    onPublish: () => undefined,
  });
  await expect(attempt).rejects.toThrow(
    /mqtt:\/\/127\.0\.0\.1:\d+: meter-7 awaited a session .* got refused/,
  );
});
