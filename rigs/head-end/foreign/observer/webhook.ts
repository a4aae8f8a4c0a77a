import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../../../devices/domain/error-text.ts';
import { BenchError } from '../../../port/bench.ts';
import { jsonOf } from '../caller.ts';
import { HOST_AND_PORT } from '../head-end-file.ts';
import type { Hearing, Observer } from './observer.ts';

const MOST_BYTES = 4 * 1024 * 1024;

/** Listens for what the head-end posts: a message, or a list of them. @throws BenchError (rig) */
export async function listenForPosts(
  address: string,
  { nowNs, heard }: Hearing,
): Promise<Observer & { readonly port: number }> {
  const { six, four, port } = HOST_AND_PORT.exec(address)?.groups ?? {};
  const server = createServer((request, response) => {
    void take(request, response, nowNs(), heard);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new BenchError('rig', `webhook: cannot listen at ${address}: ${messageOf(error)}`)),
    );
    server.listen(Number(port), six ?? four, resolve);
  });
  return {
    ready: Promise.resolve(),
    port: (server.address() as AddressInfo).port,
    fault: () => null,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  receivedAtNs: number,
  heard: Hearing['heard'],
): Promise<void> {
  const text = await bodyOf(request);
  const body = text === null ? undefined : jsonOf(text);
  response.statusCode = statusOf(text, body);
  response.end();
  if (body === undefined) return;
  for (const message of Array.isArray(body) ? (body as unknown[]) : [body]) {
    heard(message, receivedAtNs);
  }
}

/** Of what is no JSON its sender is told: nobody else would notice that it is lost. */
function statusOf(text: string | null, body: unknown): number {
  if (text === null) return 413;
  return body === undefined ? 400 : 204;
}

/** The body as text; null when it is longer than anybody posts, or was cut. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > MOST_BYTES) return null;
      parts.push(part);
    }
  } catch {
    return null;
  }
  return Buffer.concat(parts).toString('utf8');
}
