import { z } from 'zod';
import { scenarioSchema } from './schema.ts';

/**
 * The JSON Schema by which an editor completes and checks scenarios. It is a little wider than the
 * loader: what a `$reference` refers to, and which ids there are, only the loader knows.
 */
export function generateScenarioSchema(): object {
  const schema = z.toJSONSchema(scenarioSchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, $id: 'scenario.schema.json', title: 'meterbench scenario' };
}

/** The text of scenarios/scenario.schema.json. */
export function scenarioSchemaText(): string {
  return `${JSON.stringify(generateScenarioSchema(), null, 2)}\n`;
}
