import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { messageOf } from '../../devices/domain/error-text.ts';
import { BenchError } from '../port/bench.ts';
import type { Binding } from './binding.ts';
import type { Driver, Role } from './driver.ts';
import { ourDriver } from './registry.ts';

/** Finds the driver of a binding: one of ours, or the user's own that was loaded before. */
export type DriverOf = <R extends Role>(role: R, binding: Binding) => Driver<R>;

/** A binding of the user's own driver, with the options that its shape has checked. */
export interface OwnBinding {
  readonly role: Role;
  readonly binding: Binding;
}

/**
 * Loads the drivers that a rig file names by file, and checks their options.
 * @param folder of the rig file: what it names is looked for from there
 * @throws BenchError (scenario) naming each file and its fault
 */
export async function loadDrivers(
  bindings: readonly OwnBinding[],
  folder: string,
): Promise<DriverOf> {
  const own = new Map<Binding, Driver>();
  const faults: string[] = [];
  for (const { role, binding } of bindings) {
    const { file } = binding;
    if (file === null || own.has(binding)) continue;
    try {
      own.set(binding, await load(role, binding, folder, file));
    } catch (error) {
      if (!(error instanceof BenchError)) throw error;
      faults.push(error.message);
    }
  }
  if (faults.length > 0) throw new BenchError('scenario', [...new Set(faults)].join('\n'));
  return <R extends Role>(role: R, binding: Binding): Driver<R> => {
    if (binding.file === null) return ourDriver(role, binding);
    const driver = own.get(binding) ?? byFile(own, binding.file);
    if (driver === undefined) throw new Error(`driver ${binding.file} was not loaded`);
    return driver as unknown as Driver<R>;
  };
}

/** A binding may have been copied since: the file is what counts. */
function byFile(own: ReadonlyMap<Binding, Driver>, file: string): Driver | undefined {
  for (const [binding, driver] of own) if (binding.file === file) return driver;
  return undefined;
}

async function load(role: Role, binding: Binding, folder: string, file: string): Promise<Driver> {
  const wrong = (what: string): BenchError => new BenchError('scenario', `driver ${file}: ${what}`);
  let found: unknown;
  try {
    const module = (await import(pathToFileURL(path.resolve(folder, file)).href)) as object;
    found = 'default' in module ? module.default : undefined;
  } catch (error) {
    throw wrong(`it cannot be loaded: ${messageOf(error)}`);
  }
  if (!isDriver(found)) throw wrong('its default export is no driver (see docs/bench.md)');
  if (found.role !== role) throw wrong(`it is a driver for ${found.role}, not for ${role}`);
  const checked = z.strictObject(found.options).safeParse(binding.options);
  if (!checked.success) {
    const told = checked.error.issues.map(({ path: at, message }) =>
      at.length === 0 ? message : `${at.join('.')}: ${message}`,
    );
    throw wrong(`its options are wrong: ${told.join('; ')}`);
  }
  return withOptions(found, checked.data);
}

function isDriver(value: unknown): value is Driver {
  if (typeof value !== 'object' || value === null) return false;
  const { role, name, options, open } = value as Partial<Driver>;
  return (
    typeof role === 'string' &&
    typeof name === 'string' &&
    typeof options === 'object' &&
    typeof open === 'function'
  );
}

/** The driver with the options as its shape gives them, whatever the binding holds. */
function withOptions(driver: Driver, options: object): Driver {
  const { safety, twin } = driver;
  return {
    ...driver,
    open: (_written, context) => driver.open(options, context),
    safety: safety === null ? null : () => safety(options),
    twin: twin === null ? null : (_written, context) => twin(options, context),
  };
}
