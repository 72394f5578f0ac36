/**
 * The values that are in effect, in the file's own keys, each with where it comes from. The text is
 * itself a configuration file, with secrets masked: an operator compares it with the file it came from.
 *
 * @module
 */

import { formatPlace } from "./config_error.ts";
import { fieldMetaAt, type PathPart } from "./config_keys.ts";
import type { ParsedConfig, Setting } from "./parse_config.ts";

/** One line of `config show --json`. */
export interface ShownSetting {
  readonly key: string;
  /** Null when it is not set and has no default; secrets that are set are `***`. */
  readonly value: unknown;
  /** `default`, `path:line:col`, or the name of an environment variable. */
  readonly origin: string;
}

const MASK = "***";

/** The settings as data, secrets masked. */
export function showSettings(parsed: ParsedConfig): readonly ShownSetting[] {
  return parsed.settings.map((setting) => ({
    key: setting.key.name,
    value: masked(setting),
    origin: origin(setting),
  }));
}

/** The settings as YAML with their origins as comments, secrets masked. */
export function showConfig(parsed: ParsedConfig): string {
  let group = "";
  const lines = parsed.settings.flatMap((setting) => {
    const [name = "", member] = setting.key.path;
    const opening = member !== undefined && name !== group ? [`${name}:`] : [];
    group = member === undefined ? "" : name;
    return [...opening, settingLine(setting, member === undefined ? name : `  ${member}`)];
  });
  return `${lines.join("\n")}\n`;
}

function settingLine(setting: Setting, name: string): string {
  const value = masked(setting);
  if (value === null) return `# ${name}: not set`;
  return `${name}: ${JSON.stringify(value)} # ${origin(setting)}`;
}

function origin({ place }: Setting): string {
  return place === undefined ? "default" : formatPlace(place);
}

function masked({ key, value }: Setting): unknown {
  return value === undefined ? null : maskedAt(key.path, value);
}

function maskedAt(path: readonly PathPart[], value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => maskedAt([...path, index], item));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, maskedAt([...path, name], member)]),
    );
  }
  // An empty secret is none, which is worth seeing.
  return fieldMetaAt(path).writeOnly === true && value !== "" ? MASK : value;
}
