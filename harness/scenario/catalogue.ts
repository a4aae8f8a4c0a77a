import { z } from 'zod';
import { loadDocument } from '../document/document.ts';
import type { Loaded } from '../document/mistake.ts';
import type { Subject } from '../plan/plan.ts';

const requirement = z.strictObject({
  id: z.string(),
  family: z.string(),
  subject: z.enum(['meter', 'head-end', 'configuration-server', 'pair']),
  statement: z.string(),
  observable: z.string(),
  bound: z.string().nullable(),
  exercised_by: z.array(z.string()),
  source: z.array(z.string()),
});

const catalogueSchema = z.strictObject({ requirements: z.array(requirement).min(1) });

export interface Requirement {
  readonly id: string;
  readonly family: string;
  /** Whose behaviour it is about. */
  readonly subject: Subject;
  readonly statement: string;
  readonly observable: string;
  readonly bound: string | null;
  readonly exercisedBy: readonly string[];
  readonly source: readonly string[];
}

/** Every requirement by its id, in the order of the file. */
export interface Catalogue {
  readonly requirements: ReadonlyMap<string, Requirement>;
}

/** Loads scenarios/requirements.yaml. */
export function loadCatalogue(file: string, text: string): Loaded<Catalogue> {
  const loaded = loadDocument(file, text, catalogueSchema);
  if (!loaded.ok) return loaded;
  const requirements = new Map<string, Requirement>();
  for (const { exercised_by: exercisedBy, ...rest } of loaded.value.requirements) {
    requirements.set(rest.id, { ...rest, exercisedBy });
  }
  return { ok: true, value: { requirements } };
}
