import { readdirSync } from 'node:fs';
import path from 'node:path';
import { instrumentRecord, rigProfileAt } from '../../rigs/bench/abilities.ts';
import { fittedAt } from '../../rigs/rig-file.ts';
import type { OtherRig } from '../plan/bench-needs.ts';
import { displayName, listFiles, readTextFile } from './files.ts';
import { loadRig } from './rig-files.ts';

const ENDING = '.rig.yaml';

/**
 * The rig files beside one and those of the project, without itself; what has mistakes is nobody's help.
 * @param file name of the rig file in plans
 */
export function otherRigs(file: string, folder: string): readonly OtherRig[] {
  const beside = readdirSync(folder)
    .filter((name) => name.endsWith(ENDING))
    .sort()
    .map((name) => path.join(folder, name));
  const shipped = listFiles('rigs', [ENDING]).map((one) => one.file);
  const all = new Map([...beside, ...shipped].map((one) => [displayName(one), one]));
  all.delete(file);
  return [...all].flatMap(([name, one]) => {
    const loaded = loadRig(name, readTextFile(one).text);
    const position = loaded.ok ? loaded.value.positions[0] : undefined;
    if (!loaded.ok || position === undefined) return [];
    const rig = loaded.value;
    const instruments = fittedAt(rig, position).map(instrumentRecord);
    return [{ file: name, profile: rigProfileAt(rig, position), instruments }];
  });
}
