import { createHash } from 'node:crypto';

/** HTTP digest authentication (RFC 7616) with `qop=auth`, as far as devices on a bench ask for it. */

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const ALGORITHMS: Readonly<Record<string, string>> = { 'SHA-256': 'sha256', MD5: 'md5' };

/**
 * The Authorization header that answers a challenge (`WWW-Authenticate`); null when the challenge is
 * none that is understood. `clientNonce` must not come twice.
 */
export function digestAnswer(
  challenge: string,
  { user, password }: Credentials,
  { method, path, clientNonce }: { method: string; path: string; clientNonce: string },
): string | null {
  if (!/^digest\s/i.test(challenge)) return null;
  const asked = new Map(
    [...challenge.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, key = '', quoted, bare]) => [
      key.toLowerCase(),
      quoted ?? bare ?? '',
    ]),
  );
  const algorithm = asked.get('algorithm') ?? 'MD5';
  const hash = ALGORITHMS[algorithm.toUpperCase()];
  const [realm, nonce, opaque] = [asked.get('realm'), asked.get('nonce'), asked.get('opaque')];
  const offersAuth = asked.get('qop')?.split(/,\s*/).includes('auth') === true;
  if (hash === undefined || realm === undefined || nonce === undefined || !offersAuth) return null;
  const digest = (...parts: readonly string[]) =>
    createHash(hash).update(parts.join(':')).digest('hex');
  const count = '00000001';
  const secret = digest(user, realm, password);
  const response = digest(secret, nonce, count, clientNonce, 'auth', digest(method, path));
  return [
    `Digest username="${user}", realm="${realm}", uri="${path}", algorithm=${algorithm}`,
    `nonce="${nonce}", nc=${count}, cnonce="${clientNonce}", qop=auth, response="${response}"`,
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
  ].join(', ');
}
