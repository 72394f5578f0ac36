/**
 * The value of a freshness key, `{"timestamp": unix seconds}` (FRE-01, MOD-22). Pure.
 *
 * @module
 */

import { JsonReader, parseJson } from "../../models/json_reader.ts";
import { ParseError } from "../../models/parse_error.ts";

/** The record as stored. */
export function formatFreshness(timestamp: number): string {
  return JSON.stringify({ "timestamp": timestamp });
}

/** The timestamp of a record; undefined when it cannot be read (FRE-06). */
export function parseFreshness(value: string): number | undefined {
  try {
    const reader = new JsonReader("freshness", parseJson("freshness", value));
    return reader.has("timestamp") ? reader.integer("timestamp") : undefined;
  } catch (error) {
    if (error instanceof ParseError) return undefined; // The next bump overwrites it (HAZ-04).
    throw error;
  }
}
