/**
 * The JSON Schema of the configuration file, for editors that complete and check it while it is
 * written. Retired keys are in it, marked as deprecated.
 *
 * @module
 */

import { z } from "zod";
import { type RetiredKey, retiredKeys } from "./retired_keys.ts";
import { configFileSchema } from "./schema.ts";

/** A JSON Schema, draft 7 (what editors understand best). */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** The schema; printed by `hm9000 config schema`. */
export function configSchemaJson(): JsonSchema {
  const schema = z.toJSONSchema(configFileSchema, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema }) => {
      delete (jsonSchema as Record<string, unknown>)["needs"];
    },
  });
  return {
    ...schema,
    title: "hm9000 configuration",
    properties: { ...schema.properties, ...deprecatedProperties() },
  };
}

function deprecatedProperties(): JsonSchema {
  return Object.fromEntries(
    Object.entries(retiredKeys).map(([name, { advice }]: [
      string,
      RetiredKey,
    ]) => [name, { deprecated: true, description: `No longer used: ${advice}` }]),
  );
}
