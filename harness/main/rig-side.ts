import path from 'node:path';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { abilitiesOf, type HeadEndAbilities } from '../../rigs/bench/abilities.ts';
import type { Abilities } from '../../rigs/port/bench.ts';
import type { RigFile, RigPosition } from '../../rigs/rig-file.ts';
import { EXIT, Refusal, refuseMistakes } from './exit.ts';
import { findFile, readTextFile, type TextFile } from './files.ts';
import { loadProfile, loadRig } from './rig-files.ts';

/** A socket of the rig, the type of the meter in it, and what the bench can do there. */
export interface Socket {
  readonly position: RigPosition;
  readonly profile: MeterProfile;
  readonly abilities: Abilities;
}

/** A rig file with what it names, loaded. */
export interface RigSide {
  readonly rig: RigFile;
  /** Those that are asked. */
  readonly sockets: readonly [Socket, ...Socket[]];
  readonly files: readonly TextFile[];
  /** Folder of the rig file: drivers of the user's own are looked for there. */
  readonly rigFolder: string;
}

/**
 * A rig file by path or short name, with the sockets that are asked.
 * @param wanted id of a socket, or 'all'; undefined for the rig's first
 * @throws Refusal (file)
 */
export function loadRigSide(
  named: string,
  wanted?: string,
  headEnd: HeadEndAbilities | null = null,
  hasOperator = false,
): RigSide {
  const rigFile = readTextFile(findFile(named, 'rigs', ['.rig.yaml']));
  const rig = loadRig(rigFile.name, rigFile.text);
  if (!rig.ok) throw refuseMistakes(rig.mistakes);
  const files = [rigFile];
  const [first, ...others] = wantedPositions(rig.value, wanted).map((position): Socket => {
    const { profile, file } = loadProfileFile(position.dut.profile);
    files.push(file);
    return {
      position,
      profile,
      abilities: abilitiesOf(rig.value, position, profile, headEnd, hasOperator),
    };
  });
  if (first === undefined) throw new Refusal(EXIT.file, `${rigFile.name}: no positions`);
  const rigFolder = path.dirname(findFile(named, 'rigs', ['.rig.yaml']));
  return { rig: rig.value, sockets: [first, ...others], files, rigFolder };
}

/** One by its id, all of them, or the first one when nobody says which. @throws Refusal */
function wantedPositions(
  { rig, positions }: RigFile,
  wanted: string | undefined,
): readonly RigPosition[] {
  if (wanted === undefined) return positions.slice(0, 1);
  const named = positions.filter(({ id }) => id === wanted);
  if (named.length > 0) return named;
  if (wanted === 'all') return positions;
  const ids = positions.map(({ id }) => id).join(', ');
  throw new Refusal(EXIT.file, `--position ${wanted}: rig ${rig} has ${ids}; or write all`);
}

/** A meter type by path or short name. */
export function loadProfileFile(named: string): {
  readonly profile: MeterProfile;
  readonly file: TextFile;
} {
  const file = readTextFile(findFile(named, 'rigs/profiles', ['.yaml']));
  const profile = loadProfile(file.name, file.text);
  if (!profile.ok) throw refuseMistakes(profile.mistakes);
  return { profile: profile.value, file };
}
