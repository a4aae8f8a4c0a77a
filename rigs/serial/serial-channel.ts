import type { BindingInterface } from '@serialport/bindings-interface';
import { SerialPortStream } from '@serialport/stream';
import type { ByteChannel, FarLines, LineSettings } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import { BenchError } from '../port/bench.ts';

export interface SerialOptions extends LineSettings {
  /** Address as the rig file names it. */
  readonly name: string;
  readonly path: string;
  readonly binding: BindingInterface;
  readonly clock: Clock;
}

/**
 * Opens a serial port, real or simulated, as a byte channel.
 * @throws BenchError (rig) that names the port and what the operating system said.
 */
export async function openSerialChannel(options: SerialOptions): Promise<ByteChannel> {
  const { name, path, binding, clock, baudRate, dataBits, parity, stopBits } = options;
  const stream = new SerialPortStream({
    binding,
    path,
    baudRate,
    ...(dataBits && { dataBits }),
    ...(parity && { parity }),
    ...(stopBits && { stopBits }),
    autoOpen: false,
  });
  await new Promise<void>((resolve, reject) => {
    stream.open((error) => {
      if (error === null) resolve();
      else reject(new BenchError('rig', `${name}: the port did not open: ${error.message}`));
    });
  });
  // A port that is unplugged emits errors at any time; what waits for its bytes reports the silence.
  let lastError: Error | null = null;
  stream.on('error', (error: Error) => {
    lastError = error;
  });
  const { lines = null } = options;
  if (lines !== null) {
    await setLines(name, stream, lines);
    await clock.sleepUntil(clock.nowNs() + lines.settleNs);
  }
  let lost: ((reason: string) => void) | null = null;
  let gone: string | null = null;
  let closing = false;
  stream.on('close', (error?: Error | null) => {
    gone = `${name}: the port is gone: ${error?.message ?? 'closed by the other side'}`;
    if (!closing) lost?.(gone);
  });
  let listener: ((bytes: Uint8Array, atNs: number) => void) | null = null;
  stream.on('data', (bytes: Buffer) => listener?.(Uint8Array.from(bytes), clock.nowNs()));
  return {
    name,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        // The stream would keep what is written to a closed port for ever.
        if (gone !== null) {
          reject(new BenchError('rig', gone));
          return;
        }
        stream.write(Buffer.from(bytes), undefined, (error: Error | null | undefined) => {
          const failure = error ?? lastError;
          if (failure === null) resolve();
          else reject(new BenchError('rig', `${name}: writing failed: ${failure.message}`));
        });
      }),
    listen: (next) => {
      listener = next;
    },
    onLost: (next) => {
      lost = next;
    },
    setBaudRate: (rate) =>
      new Promise((resolve, reject) => {
        const refused = (error: Error) =>
          reject(new BenchError('rig', `${name}: no ${rate} baud: ${error.message}`));
        // What was written before has to leave at the old speed.
        stream.drain((failed) => {
          if (failed !== null && failed !== undefined) {
            refused(failed);
            return;
          }
          stream.update({ baudRate: rate }, (error) => {
            if (error === null || error === undefined) resolve();
            else refused(error);
          });
        });
      }),
    setLines: (states) => setLines(name, stream, states),
    readLines: () => readLines(stream),
    close: () =>
      new Promise((resolve, reject) => {
        closing = true;
        if (!stream.isOpen) {
          resolve();
          return;
        }
        stream.close((error) => {
          if (error === null || error === undefined) resolve();
          else reject(new BenchError('rig', `${name}: closing failed: ${error.message}`));
        });
      }),
  };
}

/**
 * Both lines are always given: serialport fills a missing one from its defaults and raises DTR.
 * @returns false on a pty, which has no control lines (ENOTTY); that is no error
 */
function setLines(
  name: string,
  stream: SerialPortStream,
  lines: { readonly dtr: boolean; readonly rts: boolean },
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    stream.set({ dtr: lines.dtr, rts: lines.rts }, (error) => {
      if (error === null) resolve(true);
      else if (/inappropriate ioctl|ENOTTY/i.test(error.message)) resolve(false);
      else {
        const text = `${name}: control lines could not be set: ${error.message}`;
        reject(new BenchError('rig', text));
      }
    });
  });
}

/** A port that cannot tell them, such as a pty, has none: nothing rests on them. */
function readLines(stream: SerialPortStream): Promise<FarLines | null> {
  return new Promise((resolve) => {
    stream.get((error, status) => {
      if (error !== null || status === undefined) resolve(null);
      else resolve({ cts: status.cts, dsr: status.dsr, dcd: status.dcd });
    });
  });
}
