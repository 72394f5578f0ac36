/**
 * Renders `docs/reference/configuration.md` from the schema of the configuration file, so that the page
 * and the program cannot differ.
 *
 * @module
 */

import type { ConfigKey } from "../../lib/config/config_keys.ts";
import type { JsonSchema } from "../../lib/config/config_schema_json.ts";
import type { RetiredKey } from "../../lib/config/retired_keys.ts";

/** What the page is made of. */
export interface ConfigReferenceInput {
  readonly keys: readonly ConfigKey[];
  readonly schema: JsonSchema;
  readonly retired: Readonly<Record<string, RetiredKey>>;
}

/** The page, in Markdown that the formatter still pads. */
export function renderConfigReference({ keys, schema, retired }: ConfigReferenceInput): string {
  return [
    INTRODUCTION,
    ...table(
      ["key", "takes", "default", "what it does", "environment"],
      keys.map((key) => keyRow(key, propertyAt(schema, key.path))),
    ),
    "",
    ...memberLines(schema),
    RETIRED_INTRODUCTION,
    ...table(
      ["key", "instead"],
      Object.entries(retired).map(([name, { advice }]) => [`\`${name}\``, advice]),
    ),
    "",
  ].join("\n");
}

const INTRODUCTION = `# Configuration keys

_Made by \`deno task docs\` from the schema in \`lib/config\`; do not edit._

One file, YAML or JSON. A key in a group, such as \`etcd.key_file\`, is written as a mapping. Every key
can be overridden by the environment variable in the last column; lists of text are separated by commas
there, and \`HM9000_NATS\` takes YAML. Secrets (🔒) belong there or in [files of their
own](../how_to/secure.md). Paths of files are relative to the folder of the configuration file. An unknown key is an error that suggests the nearest one.

Apart from these, \`HM9000_FAKE_TIME\` pins the clock of any command, for tests: Unix seconds, or
\`@PATH\` of a file that holds them.
`;

const RETIRED_INTRODUCTION = `## Retired keys

They stand in files of the Go original, are accepted with a warning, and mean nothing here.
`;

function keyRow(key: ConfigKey, property: JsonSchema): readonly string[] {
  return [
    `\`${key.name}\`${key.secret ? " 🔒" : ""}`,
    taken(property),
    defaultOf(property),
    key.description,
    `\`${key.variable}\``,
  ];
}

/** The members of `nats`, which is one key that takes a list of mappings. */
function memberLines(schema: JsonSchema): readonly string[] {
  const item = propertyAt(schema, ["nats"])["items"] as JsonSchema;
  const members = Object.entries(item["properties"] as Readonly<Record<string, JsonSchema>>);
  const rows = members.map(([name, property]) => [
    `\`${name}\`${property["writeOnly"] === true ? " 🔒" : ""}`,
    taken(property),
    defaultOf(property),
    String(property["description"]),
  ]);
  return [
    "## Members of `nats`\n",
    ...table(["key", "takes", "default", "what it does"], rows),
    "",
  ];
}

function propertyAt(schema: JsonSchema, path: readonly string[]): JsonSchema {
  return path.reduce<JsonSchema>((at, name) => {
    const property = (at["properties"] as Readonly<Record<string, JsonSchema>> | undefined)?.[name];
    if (property === undefined) throw new Error(`Cannot find "${path.join(".")}" in the schema`);
    return property;
  }, schema);
}

function taken(property: JsonSchema): string {
  const words = property["enum"] as readonly string[] | undefined;
  if (words !== undefined) {
    return words.filter((word) => word !== "").map((word) => `\`${word}\``).join(", ");
  }
  const { minimum, maximum, type } = property;
  switch (type) {
    case "integer":
      return `whole number, ${minimum} to ${maximum}`;
    case "number":
      return `number, ${minimum} to ${maximum}`;
    case "boolean":
      return "`true`, `false`";
    case "array":
      return "list";
    default:
      return "text";
  }
}

function defaultOf(property: JsonSchema): string {
  const value = property["default"];
  if (value === undefined) return property["type"] === "array" ? "none" : "not set";
  if (value === "" || (Array.isArray(value) && value.length === 0)) return "empty";
  return `\`${value}\``;
}

/** A Markdown table; bars in cells would end them. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
