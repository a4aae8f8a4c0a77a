import { MqttBridge } from '../../rigs/mqtt/bridge.ts';
import { CounterStore, IvSource } from '../../rigs/fleet/counter-store.ts';
import { TEST_ACCOUNT } from '../../rigs/head-end/test-language.ts';
import { refuseMistakes } from './exit.ts';
import { findFile, readTextFile } from './files.ts';
import { targetAddress } from './loopback-address.ts';
import { loadMapping } from './rig-files.ts';
import { tellReady, untilStopped } from './until-stopped.ts';
import { counterFile } from './wall-fleet.ts';

export interface BridgeFlags {
  readonly meters: string;
  readonly headEnd: string;
  readonly tls?: string;
}

/** Passes messages on until it is told to stop; then prints how many. @throws Refusal, BenchError */
export async function bridgeCommand(named: string, flags: BridgeFlags): Promise<void> {
  const text = readTextFile(findFile(named, 'rigs', ['.mqtt-map.yaml']));
  const mapping = loadMapping(text.name, text.text);
  if (!mapping.ok) throw refuseMistakes(mapping.mistakes);
  const counters = new CounterStore(counterFile());
  try {
    const numbers = new IvSource(counters);
    const tlsFolder = flags.tls ?? null;
    const bridge = await MqttBridge.open({
      mapping: mapping.value,
      account: TEST_ACCOUNT,
      meters: { ...targetAddress('--meters', flags.meters), tlsFolder },
      headEnd: { ...targetAddress('--head-end', flags.headEnd), tlsFolder },
      nextNumber: () => numbers.next(),
      onRefused: (what) => process.stderr.write(`${what}\n`),
    });
    tellReady({
      kind: 'bridge',
      address: targetAddress('--meters', flags.meters),
      apTitle: null,
      keyId: null,
      mapping: mapping.value.mapping,
    });
    await untilStopped().promise;
    await bridge.close();
    process.stdout.write(`${JSON.stringify(bridge.counts)}\n`);
  } finally {
    counters.release();
  }
}
