import type { Scheduler } from '../clock/scheduler.ts';
import type { TwinContext } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import { openSerialChannel } from '../serial/serial-channel.ts';
import { SimulatedLine } from '../serial/simulated-line.ts';
import type { Twin } from '../serial/twin.ts';
import type { LineRequest } from './instruments.ts';

/** Opens simulated serial lines with the drivers' own twins behind them. */
export class TwinLines {
  readonly #scheduler: Scheduler;
  readonly #context: Omit<TwinContext, 'instrument'>;

  constructor(scheduler: Scheduler, context: Omit<TwinContext, 'instrument'>) {
    this.#scheduler = scheduler;
    this.#context = context;
  }

  readonly open = ({ name, driver, binding, settings }: LineRequest): Promise<ByteChannel> => {
    const line = new SimulatedLine(
      name.replaceAll(' ', '-'),
      this.#scheduler,
      twinOf(driver, name, binding, this.#context),
    );
    return openSerialChannel({
      ...settings,
      name,
      path: line.path,
      binding: line.binding,
      clock: this.#scheduler,
    });
  };
}

/** The twin of a driver. @throws BenchError (scenario) for a driver that has none */
export function twinOf(
  driver: LineRequest['driver'],
  name: string,
  binding: LineRequest['binding'],
  context: Omit<TwinContext, 'instrument'>,
): Twin {
  const { instrument, options } = binding;
  const twin = driver.twin?.(options, { ...context, instrument });
  if (twin !== undefined) return twin;
  throw new BenchError(
    'scenario',
    `${name}: driver ${driver.name} has no twin; it cannot be simulated`,
  );
}
