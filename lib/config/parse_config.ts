/**
 * Text and environment into a configuration, or into everything that is wrong with them. Pure: what is
 * read is passed in, so that `config check` and tests need no files. After this no one re-checks a
 * value (CFG-01, CFG-08, CFG-09, CFG-12..CFG-14).
 *
 * @module
 */

import { buildConfig, storeType, tlsFileSets } from "./build_config.ts";
import { checkRelations } from "./check_relations.ts";
import type { Config } from "./config.ts";
import { ConfigError, type ConfigPlace, formatProblem } from "./config_error.ts";
import {
  type ConfigKey,
  configKeys,
  fieldMetaAt,
  formatPath,
  type PathPart,
} from "./config_keys.ts";
import { type ConfigInput, type ConfigSource, readConfigSource } from "./config_source.ts";
import { valueAt } from "./raw_values.ts";
import { deepFreeze } from "./deep_freeze.ts";
import { exposedFiles } from "./exposed_files.ts";
import { pathResolver } from "./resolve_path.ts";
import type { ConfigFile } from "./schema.ts";
import { validateConfig } from "./validate_config.ts";

/** One key with the value that is in effect. */
export interface Setting {
  /** The key, as the schema describes it. */
  readonly key: ConfigKey;
  /** Undefined when it is not set and has no default. Secrets are here in clear. */
  readonly value: unknown;
  /** Where it is set; undefined for a default. */
  readonly place: ConfigPlace | undefined;
}

/** A configuration that has been read, with what is needed to explain it. */
export interface ParsedConfig {
  /** Path of the file, as the user gave it. */
  readonly path: string;
  /** Frozen, with all defaults and overrides applied. */
  readonly config: Config;
  /** The files beside it that secrets stand in: what a process must be let read. */
  readonly secretFiles: readonly string[];
  /** Things that work but should be looked at, each as `path:line:col: key: …`. */
  readonly warnings: readonly string[];
  /** Every key in the order of the schema, for `config show`. */
  readonly settings: readonly Setting[];
}

/**
 * Parses a configuration file (YAML or JSON) and lays the environment's `HM9000_…` variables over it.
 * What only some components need is asked for by `requireFor`.
 *
 * @throws {ConfigError} with every problem at once
 */
export function parseConfig(input: ConfigInput): ParsedConfig {
  const source = readConfigSource(input);
  const { file, problems, faulty } = validateConfig(source);
  const relations = (source.readable ? checkRelations(file) : [])
    .filter(({ involved }) => !involved.some((name) => faulty.has(name)))
    .map(({ path, message }) => ({
      ...placeIfGiven(source, path),
      key: formatPath(path),
      message,
    }));
  const all = [...source.problems, ...problems, ...relations];
  if (all.length > 0) throw new ConfigError(all);
  const config = buildConfig(file, { resolvePath: pathResolver(input.path, input.env) });
  const settings = settingsOf(file, source);
  const secretFiles = secretFilesOf(config, source);
  const holdSecrets = [...(hasSecrets(settings) ? [input.path] : []), ...secretFiles];
  const exposed = input.files === undefined
    ? []
    : exposedFiles([...holdSecrets, ...keyFilesOf(config)], input.files);
  return deepFreeze({
    path: input.path,
    config,
    secretFiles,
    warnings: [...source.warnings, ...unsafeSettings(file, source), ...exposed],
    settings,
  });
}

function secretFilesOf({ messageBus }: Config, { filed }: ConfigSource): readonly string[] {
  const credentials = messageBus.servers.map(({ credentialsFile }) => credentialsFile);
  const files = [...filed.map(({ file }) => file), ...credentials];
  return [...new Set(files.filter((file) => file !== undefined))];
}

function keyFilesOf(config: Config): readonly string[] {
  return tlsFileSets(config).flatMap(({ keyFile }) => keyFile === undefined ? [] : [keyFile]);
}

/** Whether the configuration file itself holds a secret: one that is set, and neither elsewhere nor empty. */
function hasSecrets(settings: readonly Setting[]): boolean {
  return settings.some(({ key, value, place }) =>
    place?.line !== undefined && place.variable === undefined && holdsSecretAt(key.path, value)
  );
}

function holdsSecretAt(path: readonly PathPart[], value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item, at) => holdsSecretAt([...path, at], item));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).some(([name, item]) => holdsSecretAt([...path, name], item));
  }
  return fieldMetaAt(path).writeOnly === true && (value ?? "") !== "";
}

/** Said at every start, so that what was switched on for a test is not forgotten (REG-52). */
function unsafeSettings(file: ConfigFile, source: ConfigSource): readonly string[] {
  if (!file["skip_cert_verify"]) return [];
  const key = "skip_cert_verify";
  const message = "anybody can pose as the Cloud Controller; remove it outside of tests";
  return [formatProblem({ ...source.placeOf([key], "key"), key, message })];
}

// A key that is missing has no line; the file as a whole is named instead.
function placeIfGiven(source: ConfigSource, path: readonly PathPart[]): ConfigPlace {
  const place = source.placeOf(path, "value");
  return source.isGiven(path) ? place : { file: place.file, variable: place.variable };
}

function settingsOf(file: ConfigFile, source: ConfigSource): readonly Setting[] {
  const effective = { ...file, "store_type": storeType(file) };
  return configKeys().map((key) => ({
    key,
    value: valueAt(effective, key.path),
    place: source.isGiven(key.path) ? source.placeOf(key.path, "key") : undefined,
  }));
}
