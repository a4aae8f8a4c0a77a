import { BenchError } from '../port/bench.ts';
import type { ContactMoved, Identity, IsolationSwitch, Source } from '../port/instrument.ts';
import type { GuardianClient } from './guardian-client.ts';
import { type GuardedCall, isSafeCall } from './protocol.ts';

/**
 * The guarded instruments as the runner has them. Should the guardian be gone, whatever makes the bench
 * safer is done directly: its ports are free then, as they went with it.
 */
export interface Fallback {
  readonly isolation: () => Promise<IsolationSwitch | null>;
  readonly source: () => Promise<Source | null>;
}

export class GuardedSwitch implements IsolationSwitch {
  readonly openFor?: NonNullable<IsolationSwitch['openFor']>;
  readonly #client: GuardianClient;
  readonly #fallback: Fallback;

  constructor(client: GuardianClient, fallback: Fallback) {
    this.#client = client;
    this.#fallback = fallback;
    if (!client.ready.holds.openFor) return;
    this.openFor = async (forNs) =>
      (await client.call({ of: 'isolation', method: 'openFor', forNs })) as {
        opened: ContactMoved;
        closes: ContactMoved;
      } | null;
  }

  get opensWithinNs(): number {
    return this.#client.opensWithinNs;
  }

  open(): Promise<ContactMoved> {
    return this.#ask('open', (isolation) => isolation.open());
  }

  close(): Promise<ContactMoved> {
    return this.#ask('close', (isolation) => isolation.close());
  }

  readBack(): Promise<'open' | 'closed' | null> {
    return this.#ask('readBack', (isolation) => isolation.readBack());
  }

  identify(): Promise<Identity | null> {
    return this.#ask('identify', (isolation) => isolation.identify());
  }

  /** The port is the guardian's: it goes with it. */
  release(): Promise<void> {
    return Promise.resolve();
  }

  #ask<T>(
    method: 'open' | 'close' | 'readBack' | 'identify',
    directly: (isolation: IsolationSwitch) => Promise<T>,
  ): Promise<T> {
    const call = { of: 'isolation', method } as const;
    return ask(this.#client, call, this.#fallback.isolation, directly);
  }
}

export class GuardedSource implements Source {
  readonly #client: GuardianClient;
  readonly #fallback: Fallback;

  constructor(client: GuardianClient, fallback: Fallback) {
    this.#client = client;
    this.#fallback = fallback;
  }

  setVoltage(milliVolts: number): Promise<void> {
    const call = { of: 'source', method: 'setVoltage', milliVolts } as const;
    return this.#ask(call, (source) => source.setVoltage(milliVolts));
  }

  setCurrent(milliAmps: number, powerFactorPpm: number): Promise<void> {
    const call = { of: 'source', method: 'setCurrent', milliAmps, powerFactorPpm } as const;
    return this.#ask(call, (source) => source.setCurrent(milliAmps, powerFactorPpm));
  }

  setOutput(on: boolean): Promise<void> {
    const call = { of: 'source', method: 'setOutput', on } as const;
    return this.#ask(call, (source) => source.setOutput(on));
  }

  outputIsOn(): Promise<boolean> {
    return this.#ask({ of: 'source', method: 'outputIsOn' }, (source) => source.outputIsOn());
  }

  identify(): Promise<Identity | null> {
    return this.#ask({ of: 'source', method: 'identify' }, (source) => source.identify());
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  #ask<T>(call: GuardedCall, directly: (source: Source) => Promise<T>): Promise<T> {
    return ask(this.#client, call, this.#fallback.source, directly);
  }
}

async function ask<I, T>(
  client: GuardianClient,
  call: GuardedCall,
  fallback: () => Promise<I | null>,
  directly: (instrument: I) => Promise<T>,
): Promise<T> {
  if (client.lost === null) {
    try {
      return (await client.call(call)) as T;
    } catch (error) {
      if (client.lost === null || !isSafeCall(call)) throw error;
    }
  }
  if (!isSafeCall(call)) throw new BenchError('harness', client.lost ?? 'the guardian is gone');
  const instrument = await fallback();
  if (instrument === null)
    throw new BenchError('harness', `${client.lost}; no ${call.of} is there`);
  return directly(instrument);
}
