import { randomInt } from 'node:crypto';
import type { EaxPrimeCipher } from '../../devices/protocol/c12-22/eax-prime.ts';
import type { SecurityMode } from '../../devices/protocol/c12-22/epsem.ts';
import type { AssociationOptions } from '../../devices/protocol/c12-22/node/association.ts';
import { meterTitle, testCiphers, testKeyId } from '../../rigs/head-end/test-keys.ts';
import { openTcpChannel, openUdpChannel } from '../../rigs/network/apdu-channel.ts';
import { NetworkClient, type NetworkClientSettings } from '../../rigs/network/c12-22-client.ts';
import type { Clock } from '../../rigs/port/clock.ts';
import { EXIT, Refusal } from './exit.ts';
import { ciphersFromFile } from './key-file.ts';
import { targetAddress } from './loopback-address.ts';
import { opticalPassword } from './password.ts';
import { titleOf } from './title-option.ts';

export interface NetworkReadFlags {
  readonly c1222?: string;
  readonly transport: 'tcp' | 'udp';
  readonly security: SecurityMode;
  readonly session: boolean;
  readonly index: number;
  readonly title?: string;
  readonly calling: string;
  readonly keyId?: number;
  readonly keys?: string;
}

const USER = { id: 2, name: 'meterbench', idleTimeoutS: 60 } as const;

/** A client of the node that the options name. @throws Refusal, BenchError */
export async function openNetworkClient(
  flags: NetworkReadFlags & { readonly c1222: string },
  clock: Clock,
  trace: NetworkClientSettings['trace'],
): Promise<NetworkClient> {
  const association = associationOf(flags);
  const address = targetAddress('--c12-22', flags.c1222);
  const open = { tcp: openTcpChannel, udp: openUdpChannel }[flags.transport];
  return new NetworkClient(await open(address), clock, association, {
    password: { bytes: opticalPassword(), userId: USER.id },
    trace,
  });
}

/** Begins a session, with the password. @throws BenchError */
export async function logOnNetwork(client: NetworkClient): Promise<void> {
  await client.logon(USER.id, USER.name, USER.idleTimeoutS);
}

function associationOf(flags: NetworkReadFlags): AssociationOptions {
  const { security: mode, index } = flags;
  return {
    called: flags.title === undefined ? meterTitle(index) : titleOf('--title', flags.title),
    calling: titleOf('--calling', flags.calling),
    security: mode === 'clear' ? null : { mode, ...keyOf(flags) },
    nextIv: utcSeconds(),
    firstInvocation: randomInt(0x1_0000_0000),
  };
}

function keyOf({ index, keyId = testKeyId(index), keys }: NetworkReadFlags): {
  readonly keyId: number;
  readonly cipher: EaxPrimeCipher;
} {
  if (keys === undefined) return { keyId, cipher: testCiphers().cipherOf(index) };
  const cipher = ciphersFromFile('--keys', keys).get(keyId);
  if (cipher !== undefined) return { keyId, cipher };
  throw new Refusal(EXIT.file, `--keys ${keys}: there is no key ${keyId}`);
}

/**
 * IVs of a caller whose clock is right: UTC seconds, as IEEE 1703 has them and as real meters want
 * them within 15 minutes, and never one twice.
 */
function utcSeconds(): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Math.floor(Date.now() / 1000));
    return last;
  };
}
