/**
 * Overrides from the environment: `HM9000_<KEY IN UPPER CASE>`, which is where secrets go. Text is
 * turned into what the key takes; text that cannot be is left as it is for validation to refuse,
 * naming the variable.
 *
 * @module
 */

import { type ConfigKey, configKeys } from "./config_keys.ts";
import { type ConfigProblem, formatProblem } from "./config_error.ts";
import { nearestName } from "./nearest_name.ts";
import { retiredKey } from "./retired_keys.ts";
import { readYaml } from "./yaml_source.ts";

/** Environment variables by name. */
export type Environment = { readonly [variable: string]: string | undefined };

/** One key that the environment sets. */
export interface Override {
  readonly key: ConfigKey;
  readonly value: unknown;
}

/** What the environment says. */
export interface EnvOverrides {
  readonly overrides: readonly Override[];
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
}

const PREFIX = "HM9000_";

/** Pins the clock (CLI-07); read by the time provider. */
const NOT_CONFIG: readonly string[] = ["HM9000_FAKE_TIME"];

/** Reads the overrides in `env`. A variable of ours that names no key is warned about. */
export function readEnvOverrides(env: Environment): EnvOverrides {
  const keys = new Map(configKeys().map((key) => [key.variable, key]));
  const overrides: Override[] = [];
  const problems: ConfigProblem[] = [];
  const warnings: string[] = [];
  for (const [variable, text] of Object.entries(env).sort(([a], [b]) => a < b ? -1 : 1)) {
    if (text === undefined || !variable.startsWith(PREFIX) || NOT_CONFIG.includes(variable)) {
      continue;
    }
    const key = keys.get(variable);
    if (key === undefined) {
      warnings.push(unknownVariable(variable, keys.keys()));
      continue;
    }
    const read = readValue(key, text);
    overrides.push({ key, value: read.value });
    problems.push(...read.problems);
  }
  return { overrides, problems, warnings };
}

function readValue(
  key: ConfigKey,
  text: string,
): { readonly value: unknown; readonly problems: readonly ConfigProblem[] } {
  if (key.kind !== "member_list") return { value: coerce(key.kind, text), problems: [] };
  const source = readYaml(text, key.variable);
  const problems = source.problems.map((problem) => ({
    ...problem,
    variable: key.variable,
    key: key.name,
  }));
  return { value: source.problems.length > 0 ? undefined : source.value ?? [], problems };
}

function coerce(kind: Exclude<ConfigKey["kind"], "member_list">, text: string): unknown {
  const trimmed = text.trim();
  switch (kind) {
    case "text":
      return text;
    case "number":
      return /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(trimmed) ? Number(trimmed) : text;
    case "boolean":
      return trimmed === "true" || trimmed === "false" ? trimmed === "true" : text;
    case "text_list":
      return text.split(",").map((item) => item.trim()).filter((item) => item !== "");
  }
}

function unknownVariable(variable: string, known: Iterable<string>): string {
  const retired = retiredKey(variable.slice(PREFIX.length).toLowerCase());
  return formatProblem({
    file: "",
    variable,
    key: "",
    message: retired === undefined
      ? "the variable sets no key and is ignored"
      : `the variable is no longer used: ${retired.advice}`,
    suggestion: retired === undefined ? nearestName(variable, known) : undefined,
  });
}
