import { EXIT, Refusal } from './exit.ts';
import { type NetworkMeterFlags, serveNetworkMeter } from './serve-network-meter.ts';
import { type OpticalMeterFlags, serveOpticalMeter } from './serve-optical-meter.ts';

export type ServeMeterFlags = Omit<OpticalMeterFlags, 'serial'> &
  Omit<NetworkMeterFlags, 'c1222'> & { readonly serial?: string; readonly c1222?: string };

/** Serves a simulated meter by one of its faces until it is told to stop. @throws Refusal */
export async function serveMeterCommand({ serial, c1222, ...flags }: ServeMeterFlags) {
  if (c1222 !== undefined) await serveNetworkMeter({ ...flags, c1222 });
  else if (serial !== undefined) await serveOpticalMeter({ ...flags, serial });
  else {
    throw new Refusal(
      EXIT.file,
      'serve meter: --serial <path> (C12.18) or --c12-22 <host:port> is wanted',
    );
  }
}
