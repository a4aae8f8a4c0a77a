import { SerialPort } from 'serialport';
import type { Clock } from '../../rigs/port/clock.ts';
import type { ByteChannel, ControlLines } from '../../rigs/port/channel.ts';
import { OPTICAL_BAUD_RATE } from '../../rigs/optical/optical-port.ts';
import { openSerialChannel } from '../../rigs/serial/serial-channel.ts';

/** Opens a real serial path or a pty as an optical port. @throws BenchError (rig) */
export function openOpticalPath(
  path: string,
  clock: Clock,
  lines: ControlLines | null,
): Promise<ByteChannel> {
  return openSerialChannel({
    name: path,
    path,
    baudRate: OPTICAL_BAUD_RATE,
    binding: SerialPort.binding,
    clock,
    lines,
  });
}
