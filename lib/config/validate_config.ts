/**
 * Holds raw values against the schema and words what is wrong: `"ten" is not a whole number from 1 …`.
 * Whatever could be a secret is named by its type only.
 *
 * @module
 */

import type { z } from "zod";
import { quoteValue } from "../models/parse_error.ts";
import {
  configKeys,
  fieldMetaAt,
  formatPath,
  namesAt,
  type PathPart,
  wordsAt,
} from "./config_keys.ts";
import type { ConfigProblem } from "./config_error.ts";
import type { ConfigSource } from "./config_source.ts";
import { valueAt } from "./raw_values.ts";
import { nearestName } from "./nearest_name.ts";
import { type ConfigFile, configFileSchema } from "./schema.ts";

/** What came of it. */
export interface ValidatedConfig {
  /** The keys and values that are right, and the default of every key that is not. */
  readonly file: ConfigFile;
  readonly problems: readonly ConfigProblem[];
  /** Names of the keys, at the top level of the file, that have a problem. */
  readonly faulty: ReadonlySet<string>;
}

/** Validates every key on its own; relations between keys are in `check_relations.ts`. */
export function validateConfig(source: ConfigSource): ValidatedConfig {
  const result = configFileSchema.safeParse(source.values);
  const issues = result.success ? [] : result.error.issues;
  const faulty = new Set(issues.flatMap(topLevelNames));
  const sound = Object.entries(source.values).filter(([name]) => !faulty.has(name));
  return {
    file: configFileSchema.parse(Object.fromEntries(sound)),
    problems: dropRepeated(issues.flatMap((issue) => toProblems(issue, source))),
    faulty,
  };
}

type Issue = z.core.$ZodIssue;

function topLevelNames(issue: Issue): readonly string[] {
  if (issue.path.length > 0) return [String(issue.path[0])];
  return issue.code === "unrecognized_keys" ? issue.keys : [];
}

function toProblems(issue: Issue, source: ConfigSource): readonly ConfigProblem[] {
  const path = issue.path.map((part) => typeof part === "number" ? part : String(part));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => unknownKey([...path, name], source));
  }
  const value = valueAt(source.values, path);
  const { needs = "usable", writeOnly = false } = fieldMetaAt(path);
  const message = value === undefined
    ? `the value is missing; it must be ${needs}`
    : `${describeValue(value, writeOnly)} is not ${needs}`;
  const suggestion = typeof value === "string" ? nearestName(value, wordsAt(path)) : undefined;
  return [{ ...source.placeOf(path, "value"), key: formatPath(path), message, suggestion }];
}

// `password:hunter2` without a space is one key without a value, so odd names are not repeated.
function unknownKey(path: readonly PathPart[], source: ConfigSource): ConfigProblem {
  const name = String(path.at(-1));
  const place = source.placeOf(path, "key");
  const parent = path.slice(0, -1);
  if (!/^\w[\w.-]{0,79}$/.test(name)) {
    const message = "a key is not a plain name; is there a space after its colon?";
    return { ...place, key: formatPath(parent), message };
  }
  const suggestion = nearestName(name, namesAt(parent)) ?? elsewhere(name);
  return { ...place, key: formatPath(path), message: "there is no such key", suggestion };
}

// `etcd_key_file` for `etcd.key_file`.
function elsewhere(name: string): string | undefined {
  const wanted = name.toLowerCase().replaceAll(".", "_");
  return configKeys().find((key) => key.path.join("_") === wanted)?.name;
}

function describeValue(value: unknown, secret: boolean): string {
  if (Array.isArray(value)) return "a list";
  if (value === null) return "nothing";
  if (typeof value === "object") return "a mapping";
  if (secret) return `a ${typeof value === "string" ? "text" : typeof value}`;
  if (typeof value === "string" && /[@?]/.test(value)) {
    return `a text of ${value.length} characters`;
  }
  return quoteValue(value);
}

function dropRepeated(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const identity = `${problem.key} ${problem.line}:${problem.column} ${problem.message}`;
    return !seen.has(identity) && seen.add(identity);
  });
}
