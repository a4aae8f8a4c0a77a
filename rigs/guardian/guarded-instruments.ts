import { driverContext } from '../bench/instruments.ts';
import type { Clock } from '../port/clock.ts';
import type { Binding } from '../driver/binding.ts';
import type { Ports, Role } from '../driver/driver.ts';
import { type DriverOf, loadDrivers } from '../driver/own-driver.ts';
import { secretsFrom } from '../driver/secrets.ts';
import { BenchError } from '../port/bench.ts';
import { openLine } from '../serial/open-line.ts';
import type { SafeParts } from './make-safe.ts';
import type { GuardOrder } from './protocol.ts';

export interface GuardedInstruments {
  readonly parts: SafeParts;
  /** What opens the bench without any software, in words. */
  readonly deadMan: string;
  release(): Promise<void>;
}

type GuardedRole = 'isolation-switch' | 'source' | 'reference-standard';

const NAMES = {
  'isolation-switch': 'isolation switch',
  source: 'source',
  'reference-standard': 'reference standard',
} as const satisfies Record<GuardedRole, string>;

/**
 * Opens the switch and the source of an order: the source first, as opening the port of a switch may
 * itself close its contact. What only a person can move is left to the runner.
 * @throws BenchError (rig)
 */
export async function openGuarded(order: GuardOrder, clock: Clock): Promise<GuardedInstruments> {
  const bindings = [
    ...bound('source', order.source),
    ...bound('isolation-switch', order.mains),
    ...bound('reference-standard', order.standard),
  ];
  const driverOf = await loadDrivers(bindings, order.rigFolder);
  const open = <R extends GuardedRole>(role: R, binding: Binding | null) =>
    openOne(order, clock, driverOf, role, binding);
  const source = await open('source', order.source);
  let isolation: Ports['isolation-switch'] | null;
  try {
    isolation = await open('isolation-switch', order.mains);
  } catch (error) {
    await source?.release().catch(() => undefined);
    throw error;
  }
  return {
    parts: { isolation, source, openStandard: () => open('reference-standard', order.standard) },
    deadMan: deadManOf(order, driverOf),
    release: async () => {
      await isolation?.release();
      await source?.release();
    },
  };
}

async function openOne<R extends GuardedRole>(
  order: GuardOrder,
  clock: Clock,
  driverOf: DriverOf,
  role: R,
  binding: Binding | null,
): Promise<Ports[R] | null> {
  if (binding === null) return null;
  const driver = driverOf(role, binding);
  if (driver.reach === 'none' && driver.safety?.(binding.options).offWithinNs === null) return null;
  return driver.open(
    binding.options,
    driverContext(
      {
        mains: order.mains,
        standard: order.standard,
        clock,
        limits: order.limits,
        operator: {
          ask: ({ text }) =>
            Promise.reject(new BenchError('rig', `no person can be asked: ${text}`)),
        },
        secret: secretsFrom(new Uint8Array(0), process.env),
        openLine: ({ name, settings }) => openLine(name, binding.port ?? '', settings, clock),
      },
      { role, name: NAMES[role], driver, binding },
    ),
  );
}

function deadManOf({ mains, source }: GuardOrder, driverOf: DriverOf): string {
  const kinds = [
    mains === null ? null : driverOf('isolation-switch', mains).safety?.(mains.options).deadMan,
    source === null ? null : driverOf('source', source).safety?.(source.options).deadMan,
  ];
  const found = kinds.filter((kind) => kind != null && kind !== 'none');
  return found.length === 0 ? 'none' : found.join(', ');
}

function bound(role: Role, binding: Binding | null) {
  return binding === null ? [] : [{ role, binding }];
}
