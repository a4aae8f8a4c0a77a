import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { twinFileSchema } from '../../rigs/bench/twin-file.ts';
import { headEndFileSchema } from '../../rigs/head-end/foreign/head-end-file.ts';
import { mappingFileSchema } from '../../rigs/mqtt/mapping-file.ts';
import { rigFileSchema } from '../../rigs/rig-file.ts';
import { jsonSchemaOf } from '../document/json-schema.ts';
import { generateScenarioSchema } from '../scenario/json-schema.ts';
import { PROJECT } from './files.ts';

/** The JSON Schemas that lie beside the files which they describe, for editors. */
export const WRITTEN_SCHEMAS: readonly {
  /** In the project. */
  readonly file: string;
  readonly generate: () => object;
}[] = [
  { file: 'scenarios/scenario.schema.json', generate: generateScenarioSchema },
  {
    file: 'rigs/rig.schema.json',
    generate: () => jsonSchemaOf(rigFileSchema, 'rig.schema.json', 'meterbench rig file'),
  },
  {
    file: 'rigs/head-end.schema.json',
    generate: () =>
      jsonSchemaOf(headEndFileSchema, 'head-end.schema.json', 'meterbench head-end file'),
  },
  {
    file: 'rigs/mqtt-map.schema.json',
    generate: () =>
      jsonSchemaOf(mappingFileSchema, 'mqtt-map.schema.json', 'meterbench mapping over MQTT'),
  },
  {
    file: 'rigs/twin.schema.json',
    generate: () => jsonSchemaOf(twinFileSchema, 'twin.schema.json', 'meterbench twin file'),
  },
];

/** Writes all of them anew. */
export function writeSchemas(): void {
  for (const { file, generate } of WRITTEN_SCHEMAS) {
    writeFileSync(path.join(PROJECT, file), `${JSON.stringify(generate(), null, 2)}\n`);
  }
}
