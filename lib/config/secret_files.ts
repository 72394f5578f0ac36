/**
 * Secrets from files, by one rule for all of them: beside every key that is a secret stands its `…_file`
 * key, which names a file that holds the value; and where systemd (or whoever acts like it) gives the
 * process a folder of credentials, a file there that is called as the key is taken without being named.
 * What the environment says goes before both. Which keys are secrets is said by the schema alone, the same
 * mark that `config show` masks by (S5, S6).
 *
 * @module
 */

import { fieldMetaAt, formatPath, namesAt, type PathPart } from "./config_keys.ts";
import type { ConfigProblem } from "./config_error.ts";
import { isRecord, type RawValues } from "./raw_values.ts";
import { credentialsFolder, type ResolvePath } from "./resolve_path.ts";
import type { Environment } from "./env_overrides.ts";

/** The files that secrets may stand in; the real ones, or a test's. */
export interface SecretFiles {
  /** The whole text of a file; throws what `Deno.readTextFileSync` throws. */
  readonly read: (path: string) => string;
  /** The permission bits of a file; undefined where there are none. */
  readonly modeOf: (path: string) => number | undefined;
}

/** A secret that was read from a file. */
export interface FiledSecret {
  readonly path: readonly PathPart[];
  readonly file: string;
}

/** Values with the secrets that files hold filled in. */
export interface FilledSecrets {
  readonly values: RawValues;
  readonly filed: readonly FiledSecret[];
  readonly problems: readonly ConfigProblem[];
}

/** What {@linkcode fillSecrets} goes by. */
export interface SecretSources {
  readonly files: SecretFiles;
  readonly env: Environment;
  readonly resolvePath: ResolvePath;
  /** Whether the environment gives the value at a path. */
  readonly isFromEnvironment: (path: readonly PathPart[]) => boolean;
  /** Where a key stands, for problems. */
  readonly placeOf: (path: readonly PathPart[]) => Pick<ConfigProblem, "file">;
}

/** Longest file that is taken for a secret, in characters: a list of tokens is shorter. */
const LENGTH_MAX = 64 * 1024;

/** Lays what files hold over `values`. */
export function fillSecrets(values: RawValues, sources: SecretSources): FilledSecrets {
  const filling = new Filling(sources);
  const top = filling.fill([], values);
  const groups = Object.entries(top).map(([name, value]) => [
    name,
    Array.isArray(value)
      ? value.map((item, at) => isRecord(item) ? filling.fill([name, at], item) : item)
      : value,
  ]);
  return { ...filling, values: Object.fromEntries(groups) };
}

/** Names of the keys in the mapping at `path` that are secrets and may stand in a file of their own. */
export function filedNamesAt(path: readonly PathPart[]): readonly string[] {
  const names = namesAt(path);
  return names.filter((name) => names.includes(`${name}_file`) && isSecretAt([...path, name]));
}

function isSecretAt(path: readonly PathPart[]): boolean {
  return fieldMetaAt(path).writeOnly === true;
}

/** Whose value is read. */
interface ReadAt {
  readonly path: readonly PathPart[];
  /** The key that is at fault when it cannot be. */
  readonly filePath: readonly PathPart[];
  /** Whether the file need not be there. */
  readonly optional?: boolean;
}

class Filling {
  readonly filed: FiledSecret[] = [];
  readonly problems: ConfigProblem[] = [];
  readonly #sources: SecretSources;

  constructor(sources: SecretSources) {
    this.#sources = sources;
  }

  fill(path: readonly PathPart[], mapping: RawValues): RawValues {
    const filled: Record<string, unknown> = { ...mapping };
    for (const name of filedNamesAt(path)) {
      const value = this.#valueFromFile([...path, name], mapping);
      if (value !== undefined) filled[name] = value;
    }
    return filled;
  }

  #valueFromFile(path: readonly PathPart[], mapping: RawValues): unknown {
    const { isFromEnvironment, resolvePath } = this.#sources;
    const name = String(path.at(-1));
    const filePath = [...path.slice(0, -1), `${name}_file`];
    const file = mapping[`${name}_file`];
    const overridden = isFromEnvironment(path);
    if (typeof file !== "string" || file === "") {
      return overridden || path.length > 1 ? undefined : this.#credential(name);
    }
    const bothInEnvironment = overridden && isFromEnvironment(filePath);
    if (overridden && !bothInEnvironment) return undefined;
    if (isGiven(mapping[name]) && (bothInEnvironment || !isFromEnvironment(filePath))) {
      return this.#refuse(filePath, `both it and ${name} are set; remove one of the two`);
    }
    return this.#read(resolvePath(file), { path, filePath });
  }

  /** What the folder of credentials holds under the key's own name; most often nothing. */
  #credential(name: string): unknown {
    const folder = credentialsFolder(this.#sources.env);
    if (folder === undefined) return undefined;
    return this.#read(`${folder}/${name}`, { path: [name], filePath: [name], optional: true });
  }

  #read(file: string, at: ReadAt): unknown {
    try {
      const text = this.#sources.files.read(file).replace(/\r?\n$/, "");
      if (text === "") return this.#refuse(at.filePath, `the file "${file}" is empty`);
      if (text.length > LENGTH_MAX) {
        return this.#refuse(at.filePath, `the file "${file}" is longer than a secret can be`);
      }
      this.filed.push({ path: at.path, file });
      return valueOf(at.path, text);
    } catch (error) {
      if (at.optional === true && error instanceof Deno.errors.NotFound) return undefined;
      return this.#refuse(at.filePath, `the file "${file}" cannot be read: ${reasonOf(error)}`);
    }
  }

  #refuse(path: readonly PathPart[], message: string): undefined {
    this.problems.push({ ...this.#sources.placeOf(path), key: formatPath(path), message });
  }
}

/** A list has one secret in each line. */
function valueOf(path: readonly PathPart[], text: string): unknown {
  const isList = path.length === 1 && isSecretAt([...path, 0]);
  if (!isList) return text;
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : (value ?? "") !== "";
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.IsADirectory) return "it is a directory";
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return "permission denied; let the user that runs hm9000 read it";
  }
  return error instanceof Error ? error.name : "the reason is not known";
}
