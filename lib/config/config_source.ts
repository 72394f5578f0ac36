/**
 * The file and the environment laid over each other: values not yet validated, and where each came
 * from. What files hold of secrets is laid over last.
 *
 * @module
 */

import { namesAt, type PathPart } from "./config_keys.ts";
import { type ConfigPlace, type ConfigProblem, formatProblem } from "./config_error.ts";
import { type Environment, type Override, readEnvOverrides } from "./env_overrides.ts";
import { isRecord, type RawValues, valueAt } from "./raw_values.ts";
import { retiredKey } from "./retired_keys.ts";
import { pathResolver } from "./resolve_path.ts";
import { type FiledSecret, fillSecrets, type SecretFiles } from "./secret_files.ts";
import { readYaml, type YamlSource } from "./yaml_source.ts";

/** Values and their places. */
export interface ConfigSource {
  readonly values: RawValues;
  /** False when the file is not YAML or JSON at all, so that nothing can be said of what it lacks. */
  readonly readable: boolean;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
  /** The secrets that came from files of their own. */
  readonly filed: readonly FiledSecret[];
  /** Where the key (or value) at `path` stands, or would stand. */
  placeOf(path: readonly PathPart[], part: "key" | "value"): ConfigPlace;
  /** Whether anything was given at `path`. */
  isGiven(path: readonly PathPart[]): boolean;
}

/** What {@linkcode readConfigSource} reads. */
export interface ConfigInput {
  /** Text of the file: YAML or JSON. */
  readonly text: string;
  /** Path of the file, for messages. */
  readonly path: string;
  /** The environment; only `HM9000_…` variables and `CREDENTIALS_DIRECTORY` are looked at. */
  readonly env: Environment;
  /** Where secrets may stand in files of their own. @default nowhere: every such file is missing */
  readonly files?: SecretFiles | undefined;
}

/** Reads both; what cannot be read is among the problems. */
export function readConfigSource(input: ConfigInput): ConfigSource {
  const { text, path: file, env, files = NO_FILES } = input;
  const yaml = readYaml(text, file);
  const environment = readEnvOverrides(env);
  const shape = shapeProblem(yaml, file);
  const retired = withoutRetired(isRecord(yaml.value) ? yaml.value : {});
  const given = withoutNulls(overlay(retired.values, environment.overrides)) as RawValues;
  const locate = fileLocator({ yaml, file, renamed: retired.renamed });
  const overrideOf = (path: readonly PathPart[]) =>
    environment.overrides.find(({ key }) => startsWith(path, key.path));
  const written: ConfigSource["placeOf"] = (path, part) => {
    const override = overrideOf(path);
    return override === undefined ? locate(path, part) : { file, variable: override.key.variable };
  };
  const { values, filed, problems } = fillSecrets(given, {
    ...{ files, env, resolvePath: pathResolver(file, env) },
    isFromEnvironment: (path) => overrideOf(path) !== undefined,
    placeOf: (path) => written(path, "value"),
  });
  return {
    values,
    filed,
    readable: yaml.value !== undefined && shape.length === 0,
    problems: [...yaml.problems, ...shape, ...environment.problems, ...problems],
    warnings: [
      ...retired.names.map((name) => retiredWarning(name, locate([name], "key"))),
      ...environment.warnings,
    ],
    placeOf: (path, part) => {
      const secret = filed.find((one) => startsWith(path, one.path));
      return secret === undefined ? written(path, part) : { file: secret.file };
    },
    isGiven: (path) => valueAt(values, path) !== undefined,
  };
}

const NO_FILES: SecretFiles = {
  read: (path) => {
    throw new Deno.errors.NotFound(`there is no "${path}"`);
  },
  modeOf: () => undefined,
};

function shapeProblem(yaml: YamlSource, file: string): readonly ConfigProblem[] {
  if (yaml.problems.length > 0 && yaml.value === undefined) return [];
  if (yaml.value === null || isRecord(yaml.value)) return [];
  const message = 'the file is not a mapping of keys to values; write one "key: value" per line';
  return [{ file, ...yaml.locate([], "value"), key: "", message }];
}

function withoutRetired(given: RawValues) {
  const renamed = new Map<string, string>();
  const names = Object.keys(given).filter((name) => retiredKey(name) !== undefined);
  const kept = Object.entries(given).filter(([name]) => !names.includes(name));
  const values: Record<string, unknown> = Object.fromEntries(kept);
  for (const name of names) {
    const renamedTo = retiredKey(name)?.renamedTo;
    if (renamedTo === undefined || (values[renamedTo] ?? null) !== null) continue;
    values[renamedTo] = given[name];
    renamed.set(renamedTo, name);
  }
  // A single NATS member need not be in a list: the original's first files had none.
  if (isRecord(values["nats"])) values["nats"] = [values["nats"]];
  return { values, renamed, names };
}

function overlay(given: RawValues, overrides: readonly Override[]): RawValues {
  const values: Record<string, unknown> = { ...given };
  for (const { key, value } of overrides) {
    const [name = "", member] = key.path;
    if (member === undefined) values[name] = key.kind === "member_list" ? listOf(value) : value;
    else if ((values[name] ?? null) === null || isRecord(values[name])) {
      values[name] = { ...values[name] as RawValues | null | undefined, [member]: value };
    }
  }
  return values;
}

function listOf(value: unknown): unknown {
  return isRecord(value) ? [value] : value;
}

// A known key without a value keeps its default, as `null` does in the original's JSON. An unknown one
// stays, to be refused: `password:hunter2` without a space is one.
function withoutNulls(value: unknown, path: readonly PathPart[] = []): unknown {
  if (Array.isArray(value)) {
    return path.length === 1 ? value.map((item, at) => withoutNulls(item, [...path, at])) : value;
  }
  const known = namesAt(path);
  if (!isRecord(value) || known.length === 0) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => member !== null || !known.includes(name))
      .map(([name, member]) => [name, withoutNulls(member, [...path, name])]),
  );
}

function fileLocator({ yaml, file, renamed }: {
  readonly yaml: YamlSource;
  readonly file: string;
  readonly renamed: ReadonlyMap<string, string>;
}): ConfigSource["placeOf"] {
  return (path, part) => {
    const [name, ...rest] = path;
    const written = renamed.get(String(name)) ?? name;
    return { file, ...yaml.locate(written === undefined ? [] : [written, ...rest], part) };
  };
}

function retiredWarning(name: string, place: ConfigPlace): string {
  const advice = retiredKey(name)?.advice ?? "";
  return formatProblem({ ...place, key: name, message: `the key is no longer used: ${advice}` });
}

function startsWith(path: readonly PathPart[], start: readonly PathPart[]): boolean {
  return start.every((part, depth) => path[depth] === part);
}
