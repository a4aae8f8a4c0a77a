import type { MeterProfile } from '../../devices/domain/profile.ts';
import { answersSchema, type WrittenAnswer } from '../../rigs/operator/answers.ts';
import { type HeadEndFile, headEndFileSchema } from '../../rigs/head-end/foreign/head-end-file.ts';
import { type MappingFile, mappingFileSchema } from '../../rigs/mqtt/mapping-file.ts';
import { profileSchema } from '../../rigs/profile.ts';
import { rigFileSchema } from '../../rigs/rig-file.ts';
import type { RigFile } from '../../rigs/rig-file.ts';
import { type TwinFile, twinFileSchema } from '../../rigs/bench/twin-file.ts';
import { loadDocument } from '../document/document.ts';
import type { Loaded } from '../document/mistake.ts';

/** Loads a *.rig.yaml; `file` names it in mistakes. */
export function loadRig(file: string, text: string): Loaded<RigFile> {
  return loadDocument(file, text, rigFileSchema);
}

/** Loads a *.head-end.yaml; `file` names it in mistakes. */
export function loadHeadEnd(file: string, text: string): Loaded<HeadEndFile> {
  return loadDocument(file, text, headEndFileSchema);
}

/** Loads a *.mqtt-map.yaml; `file` names it in mistakes. */
export function loadMapping(file: string, text: string): Loaded<MappingFile> {
  return loadDocument(file, text, mappingFileSchema);
}

/** Loads an answers file; `file` names it in mistakes. */
export function loadAnswers(file: string, text: string): Loaded<readonly WrittenAnswer[]> {
  return loadDocument(file, text, answersSchema);
}

/** Loads a meter type (rigs/profiles/*.yaml); `file` names it in mistakes. */
export function loadProfile(file: string, text: string): Loaded<MeterProfile> {
  return loadDocument(file, text, profileSchema);
}

/** Loads a *.twin.yaml; `file` names it in mistakes. */
export function loadTwin(file: string, text: string): Loaded<TwinFile> {
  return loadDocument(file, text, twinFileSchema);
}
