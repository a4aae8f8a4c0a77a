import { formatDurationNs } from '../../devices/domain/quantity.ts';
import type { MeterIdentity } from '../../devices/domain/identity.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { type SettingsChange, UNANSWERED } from '../../devices/head-end/configure.ts';
import { createMemoryStore } from '../../devices/head-end/memory-store.ts';
import type { HeadEndRules } from '../../devices/head-end/rules/index.ts';
import type { HeadEndStore, ServerName } from '../../devices/head-end/store.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import { BenchError } from '../port/bench.ts';
import type { ConfigurationAnswer, HeadEndSide } from '../port/instrument.ts';
import { InProcessHeadEnd } from './in-process.ts';
import type { TestLanguage } from './test-language.ts';

const ANSWER_WITHIN_MS = 60_000;
/** The bench's link has one far end. */
const MODULE = 'the module in the socket';

export interface EmbeddedHeadEndOptions {
  readonly scheduler: Scheduler;
  readonly language: TestLanguage;
  /** Who the meter in the socket is; it was placed long ago. */
  readonly identity: MeterIdentity;
  readonly rules?: Partial<HeadEndRules>;
  /** Where the servers' IVs begin; left out, at 1: right in simulated time with built-in keys. */
  readonly firstIv?: number;
  /** The way to the module. */
  readonly send: (from: ServerName, bytes: Uint8Array) => void;
}

/**
 * The head-end side of a bench, in the process: the reference head-end with one meter. It
 * configures the module and gives it the time, and knows it by its APDUs only.
 */
export class EmbeddedHeadEnd implements HeadEndSide {
  readonly name = 'embedded';
  readonly #serial: string;
  readonly #headEnd: InProcessHeadEnd;

  constructor({ scheduler, language, identity, rules, firstIv, send }: EmbeddedHeadEndOptions) {
    this.#serial = identity.serial;
    this.#headEnd = new InProcessHeadEnd({
      scheduler,
      language,
      fleet: { meters: 1, commissioned: 'placed', settings: null, identities: [identity] },
      store: storeOfOneAddress(firstIv),
      ...(rules && { rules }),
      // A step of a bench asks once: what was not heard is the finding.
      parameters: { transactionTimeoutMs: ANSWER_WITHIN_MS, retries: 0 },
      send: (from, _address, bytes) => send(from, bytes),
    });
  }

  /** Takes an APDU from the module. */
  receive(to: ServerName, bytes: Uint8Array): void {
    this.#headEnd.receive(to, MODULE, bytes);
  }

  configureClockSync(settings: Parameters<HeadEndSide['configureClockSync']>[0]) {
    return this.#configure('configure-clock-sync', {
      clockEnabled: settings.enabled,
      clockLowerMs: settings.lowerNs / NS_PER_MS,
      clockUpperMs: settings.upperNs / NS_PER_MS,
      clockCycleMs: settings.cycleNs / NS_PER_MS,
    });
  }

  configureOutageAlarms(settings: Parameters<HeadEndSide['configureOutageAlarms']>[0]) {
    return this.#configure('configure-outage-alarms', {
      declareAfterMs: settings.declareAfterNs / NS_PER_MS,
      restoreAfterMs: settings.restoreAfterNs / NS_PER_MS,
    });
  }

  setClockSkew(skewNs: number): Promise<void> {
    return this.#headEnd.setClockSkew(skewNs);
  }

  clockOffset(): Promise<{ offsetNs: number; uncertaintyNs: number }> {
    return this.#headEnd.clockOffset();
  }

  /** Nothing of it happens any more by itself. */
  close(): Promise<void> {
    return this.#headEnd.close();
  }

  async #configure(what: string, change: SettingsChange): Promise<ConfigurationAnswer> {
    const [answer] = await this.#headEnd.configure([this.#serial], change);
    if (answer === undefined || answer.detail.endsWith(UNANSWERED)) {
      const within = formatDurationNs(ANSWER_WITHIN_MS * NS_PER_MS);
      throw new BenchError(
        'dut',
        `embedded head-end: awaited the module's answer to ${what} for ${within}, got nothing`,
      );
    }
    const { accepted, detail } = answer;
    return { accepted, detail };
  }
}

/** The module can be asked before it was ever heard, as there is nowhere else to send to. */
function storeOfOneAddress(firstIv: number | undefined): HeadEndStore {
  const addresses = { get: () => MODULE, put: () => undefined, entries: () => [] };
  const store = createMemoryStore();
  const { reservedIvs } = store;
  return {
    ...store,
    addresses,
    reservedIvs: {
      get: (key) => reservedIvs.get(key) ?? firstIv,
      put: (key, iv) => reservedIvs.put(key, iv),
      entries: () => reservedIvs.entries(),
    },
  };
}
