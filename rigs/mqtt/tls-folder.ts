import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../devices/domain/error-text.ts';
import { BenchError } from '../port/bench.ts';
import type { Broker, TlsMaterial } from './session.ts';

/** A broker as it travels between threads: what it takes to trust it lies in a folder. */
export interface BrokerPlace {
  readonly host: string;
  readonly port: number;
  /** With ca.pem, and <client>.pem and <client>.key of each client that has its own; null for cleartext. */
  readonly tlsFolder?: string | null;
}

/** Who has no certificate of its own shows this one, where there is one. */
const FOR_ALL = 'client';

/** The broker with what one client needs for it. @throws BenchError (rig) when the folder lacks the authority */
export function brokerFor({ host, port, tlsFolder }: BrokerPlace, clientId: string): Broker {
  if (tlsFolder === undefined || tlsFolder === null) return { host, port };
  const read = (file: string): string => {
    try {
      return readFileSync(path.join(tlsFolder, file), 'utf8');
    } catch (error) {
      throw new BenchError('rig', `TLS folder: ${messageOf(error)}`, { cause: error });
    }
  };
  const owner = [clientId, FOR_ALL].find((one) => existsSync(path.join(tlsFolder, `${one}.pem`)));
  const tls: TlsMaterial = {
    authority: read('ca.pem'),
    ...(owner !== undefined && { certificate: read(`${owner}.pem`), key: read(`${owner}.key`) }),
  };
  return { host, port, tls };
}
