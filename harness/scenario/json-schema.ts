import { jsonSchemaOf } from '../document/json-schema.ts';
import { scenarioSchema } from './schema.ts';

/** The JSON Schema of scenarios; what a `$reference` refers to, and which ids there are, only the loader knows. */
export function generateScenarioSchema(): object {
  return jsonSchemaOf(scenarioSchema, 'scenario.schema.json', 'meterbench scenario');
}
