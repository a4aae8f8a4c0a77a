import { z } from 'zod';

/**
 * The JSON Schema of a kind of file, by which an editor completes and checks it. It is a little wider
 * than the loader: what a text must be to be a quantity, and what other files must hold, only that knows.
 * @param name of the schema's file
 */
export function jsonSchemaOf(schema: z.ZodType, name: string, title: string): object {
  const generated = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return { ...generated, $id: name, title };
}
