/**
 * Values of a configuration that nobody has believed yet.
 *
 * @module
 */

import type { PathPart } from "./config_keys.ts";

/** A mapping whose values have not been believed yet. */
export type RawValues = Readonly<Record<string, unknown>>;

/** Whether `value` is a mapping. */
export function isRecord(value: unknown): value is RawValues {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The value at `path`; undefined when there is none. */
export function valueAt(values: unknown, path: readonly PathPart[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value) && typeof part === "number") return value[part];
    return isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }, values);
}
