import { CARRIERS } from '../../rigs/fleet/carrier-models.ts';
import type { CarrierModel } from '../../rigs/port/fleet.ts';
import { EXIT, Refusal } from './exit.ts';

/** A shipped carrier by its name. @throws Refusal */
export function carrierNamed(name: string): CarrierModel {
  const carrier = CARRIERS.find((each) => each.name === name);
  if (carrier !== undefined) return carrier;
  const known = CARRIERS.map((each) => each.name).join(', ');
  throw new Refusal(EXIT.file, `--carrier ${name}: there are ${known}`);
}
