import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { output } from '../peers.ts';

/** Made by OpenSSL, in a folder of their own: an authority, a server, clients. */
export interface Authority {
  readonly folder: string;
  /** A certificate with its key, `<name>.pem` and `<name>.key`. */
  issue(name: string, change?: { readonly days?: number; readonly host?: string }): Promise<void>;
}

export async function authority(name: string): Promise<Authority> {
  const folder = mkdtempSync(join(tmpdir(), `meterbench-${name}-`));
  const at = (file: string): string => join(folder, file);
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  await output('openssl', [
    'req',
    '-x509',
    ...key,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-subj',
    `/CN=${name}`,
    '-days',
    '2',
  ]);
  return {
    folder,
    issue: async (subject, { days = 2, host } = {}) => {
      const [request, made] = [at(`${subject}.csr`), at(`${subject}.pem`)];
      const names = host === undefined ? [] : ['-addext', `subjectAltName=IP:${host}`];
      await output('openssl', [
        'req',
        ...key,
        '-keyout',
        at(`${subject}.key`),
        '-out',
        request,
        '-subj',
        `/CN=${subject}`,
        ...names,
      ]);
      await output('openssl', [
        'x509',
        '-req',
        '-in',
        request,
        '-CA',
        at('ca.pem'),
        '-CAkey',
        at('ca.key'),
        '-CAcreateserial',
        '-out',
        made,
        '-days',
        String(days),
        '-copy_extensions',
        'copy',
      ]);
    },
  };
}
