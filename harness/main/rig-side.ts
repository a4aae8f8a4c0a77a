import path from 'node:path';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import type { RigFile, RigPosition } from '../../rigs/rig-file.ts';
import { EXIT, Refusal, refuseMistakes } from './exit.ts';
import { findFile, readTextFile, type TextFile } from './files.ts';
import { loadProfile, loadRig } from './rig-files.ts';

/** A rig file with what it names, loaded. */
export interface RigSide {
  readonly rig: RigFile;
  readonly position: RigPosition;
  readonly profile: MeterProfile;
  readonly files: readonly TextFile[];
  /** Folder of the rig file. */
  readonly rigFolder: string;
}

/** A rig by path or short name, with its first socket and the meter in it. @throws Refusal */
export function loadRigSide(named: string): RigSide {
  const rigFile = readTextFile(findFile(named, 'rigs', ['.rig.yaml']));
  const rig = loadRig(rigFile.name, rigFile.text);
  if (!rig.ok) throw refuseMistakes(rig.mistakes);
  const position = rig.value.positions[0];
  if (position === undefined) throw new Refusal(EXIT.file, `${rigFile.name}: no positions`);
  const { profile, file } = loadProfileFile(position.dut.profile);
  const rigFolder = path.dirname(findFile(named, 'rigs', ['.rig.yaml']));
  return { rig: rig.value, position, profile, files: [rigFile, file], rigFolder };
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
