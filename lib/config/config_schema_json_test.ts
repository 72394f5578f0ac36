import { expect } from "expect";
import { configSchemaJson } from "./config_schema_json.ts";
import { retiredKeys } from "./retired_keys.ts";
import { configFileSchema } from "./schema.ts";

type Properties = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

Deno.test("configSchemaJson() describes every key and refuses others", () => {
  const schema = configSchemaJson();
  expect(schema["additionalProperties"]).toBe(false);
  const properties = schema["properties"] as Properties;
  expect(Object.keys(properties).sort()).toEqual(
    [...Object.keys(configFileSchema.shape), ...Object.keys(retiredKeys)].sort(),
  );
  for (const property of Object.values(properties)) expect(property["description"]).toBeTruthy();
  expect(schema["required"]).toBe(undefined);
});

Deno.test("configSchemaJson() gives type, range, default, and marks secrets and retired keys", () => {
  const properties = configSchemaJson()["properties"] as Properties;
  expect(properties["api_server_port"]).toEqual({
    type: "integer",
    minimum: 0,
    maximum: 65535,
    default: 5155,
    description: "Port of the API, 0 for any free one",
  });
  expect(properties["cc_auth_password"]?.["writeOnly"]).toBe(true);
  expect(properties["consul_cluster"]?.["deprecated"]).toBe(true);
  expect(JSON.stringify(properties)).not.toContain('"needs"');
});
