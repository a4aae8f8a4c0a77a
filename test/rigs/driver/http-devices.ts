import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * Simulated devices that are switched over HTTP, each as its maker documents it, written without a
 * look at the driver's own table. Two outlets; the second is the one under test where there is one.
 */

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly type: string;
}

/** What a device answers; null for what it does not know. `outlets` are its contacts, true is closed. */
type Device = (asked: Asked, outlets: boolean[]) => string | null;

export type Maker = 'shelly-gen1' | 'shelly-gen2' | 'tasmota' | 'netio' | 'gude' | 'own';

const DEVICES: Readonly<Record<Maker, Device>> = {
  'shelly-gen1': ({ method, path, body, type }, outlets) => {
    if (path === '/shelly') {
      return '{"type":"SHSW-25","mac":"C45BBE78A8A4","auth":false,"fw":"20191217-140757/1047"}';
    }
    const outlet = Number(/^\/relay\/([01])$/.exec(path)?.[1] ?? Number.NaN);
    if (Number.isNaN(outlet)) return null;
    const isForm = type === 'application/x-www-form-urlencoded';
    const turn = method === 'POST' && isForm ? new URLSearchParams(body).get('turn') : null;
    if (turn !== null) outlets[outlet] = turn === 'on';
    return JSON.stringify({ ison: outlets[outlet], has_timer: false, source: 'http' });
  },
  'shelly-gen2': ({ method, path, body }, outlets) => {
    if (path === '/shelly') {
      return '{"name":null,"id":"shellyplus1-a8032ab12345","mac":"A8032AB12345","model":"SNSW-001X16EU","gen":2,"ver":"0.10.1"}';
    }
    if (path !== '/rpc' || method !== 'POST') return null;
    const {
      id,
      src,
      method: name,
      params,
    } = JSON.parse(body) as {
      id?: number;
      src?: string;
      method: string;
      params: { id: number; on?: boolean };
    };
    const frame = { id, src: 'shellyplus1-a8032ab12345', dst: src };
    const was_on = outlets[params.id];
    if (id === undefined || src === undefined || was_on === undefined) {
      return JSON.stringify({
        ...frame,
        error: { code: -105, message: 'Argument id, value 9 not found!' },
      });
    }
    if (name === 'Switch.Set') {
      outlets[params.id] = params.on === true;
      return JSON.stringify({ ...frame, result: { was_on } });
    }
    return JSON.stringify({ ...frame, result: { id: params.id, source: 'HTTP', output: was_on } });
  },
  tasmota: ({ path, query }, outlets) => {
    if (path !== '/cm') return null;
    const [name = '', value] = (query.get('cmnd') ?? '').split(' ');
    if (name === 'Status' && value === '2') {
      return '{"StatusFWR":{"Version":"13.1.0(tasmota)","Hardware":"ESP8266EX"}}';
    }
    const outlet = Number(/^power(\d)$/i.exec(name)?.[1] ?? Number.NaN) - 1;
    if (outlets[outlet] === undefined) return '{"Command":"Unknown"}';
    if (value !== undefined) outlets[outlet] = value.toLowerCase() === 'on';
    return JSON.stringify({ [`POWER${outlet + 1}`]: outlets[outlet] ? 'ON' : 'OFF' });
  },
  netio: ({ method, path, body }, outlets) => {
    if (path !== '/netio.json') return null;
    if (method === 'POST') {
      const { Outputs } = JSON.parse(body) as { Outputs: { ID: number; Action: number }[] };
      for (const { ID, Action } of Outputs) if (Action < 2) outlets[ID - 1] = Action === 1;
    }
    return JSON.stringify({
      Agent: { Model: 'NETIO 4All', Version: '3.0.1', SerialNumber: '24A42C390000', NumOutputs: 2 },
      Outputs: outlets.map((closed, index) => ({
        ID: index + 1,
        Name: 'output',
        State: closed ? 1 : 0,
        Action: 6,
      })),
    });
  },
  gude: ({ path, query }, outlets) => {
    if (path !== '/status.json') return null;
    if (query.get('cmd') === '1') outlets[Number(query.get('p')) - 1] = query.get('s') === '1';
    const has = (Number(query.get('components')) & 1) === 1;
    return JSON.stringify(
      has
        ? { outputs: outlets.map((closed) => ({ name: 'Power Port', state: closed ? 1 : 0 })) }
        : {},
    );
  },
  own: ({ method, path, body, type }, outlets) => {
    if (path !== '/contact') return null;
    if (method === 'PUT' && type === 'text/plain') outlets[1] = body === 'closed please';
    return `the contact is ${outlets[1] === true ? 'made' : 'broken'}`;
  },
};

export const HTTP_FAULTS = ['dead', 'garbage', 'slow', 'refused', 'failing', 'elsewhere'] as const;
export type HttpFault = (typeof HTTP_FAULTS)[number];

export interface HttpDevice {
  readonly port: string;
  /** Contacts, true is closed. */
  readonly outlets: readonly boolean[];
  /** The largest number of requests that were under way together. */
  readonly together: () => number;
  close(): Promise<void>;
}

export interface HttpDeviceOptions {
  readonly fault?: HttpFault;
  /** So many requests are answered well before the fault begins. */
  readonly afterRequests?: number;
  /** What the device demands; none when left out. */
  readonly login?: {
    readonly how: 'basic' | 'digest' | 'query';
    readonly user: string;
    readonly password: string;
  };
}

export async function serveHttpDevice(
  maker: Maker,
  { fault, afterRequests = 0, login }: HttpDeviceOptions = {},
): Promise<HttpDevice> {
  const outlets = [false, false];
  let requests = 0;
  let [underWay, together] = [0, 0];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://device');
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const isPublic = url.pathname === '/shelly';
    if (login !== undefined && !isPublic && !isLoggedIn(login, request, url)) {
      const challenge = login.how === 'digest' ? `Digest ${CHALLENGE}` : 'Basic realm="device"';
      // It tells what it heard, which an error must not repeat.
      const heard = `${url.search} ${[...url.searchParams.values()].join(' ')} ${request.headers.authorization ?? ''}`;
      response.writeHead(401, { 'www-authenticate': challenge }).end(heard);
      return;
    }
    requests++;
    if (fault !== undefined && requests > afterRequests) {
      spoil(fault, response);
      return;
    }
    const answer = DEVICES[maker](
      {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        body,
        type: request.headers['content-type'] ?? '',
      },
      outlets,
    );
    response.writeHead(answer === null ? 404 : 200).end(answer ?? 'not found');
  };
  const server = createServer((request, response) => {
    together = Math.max(together, ++underWay);
    response.on('close', () => underWay--);
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  if (fault === 'refused' && afterRequests === 0) await close();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { port: `http://127.0.0.1:${port}`, outlets, together: () => together, close };
}

function spoil(fault: HttpFault, response: ServerResponse): void {
  switch (fault) {
    case 'dead':
      return;
    case 'garbage':
      response.end('<html>{"ison": perhaps}</html>');
      return;
    case 'slow':
      // Its head and one byte come at once, the rest never.
      response.writeHead(200).write('{');
      return;
    case 'refused':
      response.destroy();
      return;
    case 'failing':
      response.writeHead(500).end('out of memory');
      return;
    case 'elsewhere':
      response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end();
  }
}

function sha(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const [REALM, NONCE] = ['shellyplus1-a8032ab12345', '60dc2c6a'];
const CHALLENGE = `qop="auth", realm="${REALM}", nonce="${NONCE}", algorithm=SHA-256`;

function isLoggedIn(
  { how, user, password }: NonNullable<HttpDeviceOptions['login']>,
  { headers, method }: IncomingMessage,
  url: URL,
): boolean {
  const { authorization = '' } = headers;
  switch (how) {
    case 'basic':
      return authorization === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    case 'query':
      return url.searchParams.get('user') === user && url.searchParams.get('password') === password;
    case 'digest': {
      const told = (key: string) =>
        new RegExp(`\\b${key}="?([^",]+)`).exec(authorization)?.[1] ?? '';
      const [secret, asked] = [
        sha(`${user}:${REALM}:${password}`),
        sha(`${method}:${url.pathname}${url.search}`),
      ];
      const expected = sha(`${secret}:${NONCE}:${told('nc')}:${told('cnonce')}:auth:${asked}`);
      return told('username') === user && told('response') === expected;
    }
  }
}
