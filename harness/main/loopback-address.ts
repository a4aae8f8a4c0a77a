import { isIP, isIPv6 } from 'node:net';
import type { UdpAddress, UdpHosts } from '../../rigs/fleet/udp-link.ts';
import { EXIT, Refusal } from './exit.ts';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1)$/;

/**
 * A host as it was typed, as an address. Nothing leaves this machine unless a head-end file says
 * that it may. @throws Refusal
 */
export function loopbackHost(option: string, typed: string): string {
  const host = typed === 'localhost' ? '127.0.0.1' : typed;
  if (isIP(host) !== 0 && LOOPBACK.test(host)) return host;
  throw new Refusal(
    EXIT.file,
    `${option} ${typed}: only loopback addresses (127.0.0.0/8, ::1) are permitted`,
  );
}

/** "127.0.0.1:1153" or "[::1]:1153". @throws Refusal */
export function targetAddress(option: string, text: string): UdpAddress {
  const address = parsed(text);
  if (address === null || address.port === 0) throw noAddress(option, text);
  return { ...address, host: loopbackHost(option, address.host) };
}

/** The same to listen on; port 0 is any that is free. @throws Refusal */
export function listenAddress(option: string, text: string): UdpAddress {
  const address = parsed(text);
  if (address === null) throw noAddress(option, text);
  return { ...address, host: loopbackHost(option, address.host) };
}

/** Any address to listen on, with whether only this machine can reach it. @throws Refusal */
export function anyAddress(
  option: string,
  text: string,
): UdpAddress & { readonly isLoopback: boolean } {
  const address = parsed(text);
  if (address === null) throw noAddress(option, text);
  const host = address.host === 'localhost' ? '127.0.0.1' : address.host;
  if (isIP(host) === 0) throw noAddress(option, text);
  return { host, port: address.port, isLoopback: LOOPBACK.test(host) };
}

/**
 * The servers that meters report to; without an address of its own the configuration server is
 * where the head-end is. @throws Refusal
 */
export function serversOf(
  [option, headEnd]: readonly [option: string, address: string],
  configuration: string | undefined,
): UdpHosts {
  const target = targetAddress(option, headEnd);
  if (configuration === undefined) return { 'head-end': target, 'configuration-server': target };
  const other = targetAddress('--configuration', configuration);
  // A shard has one socket, which speaks one version of IP.
  if (isIPv6(other.host) !== isIPv6(target.host)) {
    throw new Refusal(
      EXIT.file,
      `--configuration ${configuration}: an address of the same IP version as ${headEnd} is wanted`,
    );
  }
  return { 'head-end': target, 'configuration-server': other };
}

function parsed(text: string): UdpAddress | null {
  const [, six, four, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(text) ?? [];
  const host = six ?? four;
  const port = Number(digits);
  return host === undefined || port > 65_535 ? null : { host, port };
}

function noAddress(option: string, text: string): Refusal {
  return new Refusal(
    EXIT.file,
    `${option} ${text}: an address and a port are wanted, as 127.0.0.1:1153 or [::1]:1153`,
  );
}
