import type { BindingInterface } from '@serialport/bindings-interface';
import { SerialPortStream } from '@serialport/stream';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import { BenchError } from '../port/bench.ts';

export interface SerialOptions {
  /** Address as the rig file names it. */
  readonly name: string;
  readonly path: string;
  readonly baudRate: number;
  readonly binding: BindingInterface;
  readonly clock: Clock;
  /** States of the control lines; probes differ, so this comes from the rig file. */
  readonly lines: {
    readonly dtr: boolean;
    readonly rts: boolean;
    readonly settleNs: number;
  } | null;
}

/**
 * Opens a serial port, real or simulated, as a byte channel.
 * @throws BenchError (rig) that names the port and what the operating system said.
 */
export async function openSerialChannel(options: SerialOptions): Promise<ByteChannel> {
  const { name, path, baudRate, binding, clock } = options;
  const stream = new SerialPortStream({ binding, path, baudRate, autoOpen: false });
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
  if (options.lines !== null) {
    await setLines(stream, options.lines);
    await clock.sleepUntil(clock.nowNs() + options.lines.settleNs);
  }
  let lost: ((reason: string) => void) | null = null;
  let closing = false;
  stream.on('close', (error?: Error | null) => {
    if (!closing)
      lost?.(`${name}: the port is gone: ${error?.message ?? 'closed by the other side'}`);
  });
  let listener: ((bytes: Uint8Array, atNs: number) => void) | null = null;
  stream.on('data', (bytes: Buffer) => listener?.(Uint8Array.from(bytes), clock.nowNs()));
  return {
    name,
    write: (bytes) =>
      new Promise((resolve, reject) => {
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

/** Both lines are always given: serialport fills a missing one from its defaults and raises DTR. */
function setLines(
  stream: SerialPortStream,
  lines: { readonly dtr: boolean; readonly rts: boolean },
): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.set({ dtr: lines.dtr, rts: lines.rts }, (error) => {
      // A pty has no control lines (ENOTTY), which is no error.
      if (error === null || /inappropriate ioctl|ENOTTY/i.test(error.message)) resolve();
      else reject(new BenchError('rig', `control lines could not be set: ${error.message}`));
    });
  });
}
