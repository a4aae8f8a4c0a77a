import { SerialPort } from 'serialport';
import type { ByteChannel, LineSettings } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import { limitedChannel } from './limited-channel.ts';
import { pluggedChannel } from './plugged-channel.ts';
import { openSerialChannel } from './serial-channel.ts';
import { openTcpChannel } from './tcp-channel.ts';

const TCP = /^tcp:\/\/(?<host>.+):(?<port>\d+)$/;

/** Opens a port as a rig file names it: a device path, or a serial server. @throws BenchError (rig) */
export async function openLine(
  name: string,
  port: string,
  settings: LineSettings,
  clock: Clock,
): Promise<ByteChannel> {
  return limitedChannel(await open(`${name} at ${port}`, port, settings, clock), clock);
}

async function open(
  name: string,
  port: string,
  settings: LineSettings,
  clock: Clock,
): Promise<ByteChannel> {
  const address = TCP.exec(port)?.groups;
  if (address === undefined) {
    const { binding } = SerialPort;
    const channel = await openSerialChannel({ ...settings, name, path: port, binding, clock });
    return pluggedChannel(channel, port);
  }
  const { host = '', port: number = '' } = address;
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return openTcpChannel({ name, host: bare, port: Number(number), clock });
}
