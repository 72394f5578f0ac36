/**
 * What the Cloud Controller says an app should be. Kept in the store as CSV,
 * `instances,STATE,PACKAGE_STATE`, under the app's key (MOD-01 to MOD-06).
 *
 * @module
 */

import type { AppId } from "./app_key.ts";
import { requireGuid } from "./guid.ts";
import { INSTANCE_INDEX_MAX } from "./instance_index.ts";
import { JsonReader } from "./json_reader.ts";
import { ParseError, quoteValue } from "./parse_error.ts";

/** What the user asked for: run or do not run. */
export const APP_STATES = ["STARTED", "STOPPED"] as const;
/** How far staging has come. */
export const PACKAGE_STATES = ["PENDING", "STAGED", "FAILED"] as const;

/** One of {@linkcode APP_STATES}. */
export type AppState = typeof APP_STATES[number];
/** One of {@linkcode PACKAGE_STATES}. */
export type PackageState = typeof PACKAGE_STATES[number];

/** One app as the Cloud Controller wants it. */
export interface DesiredAppState extends AppId {
  /** How many instances are wanted, 0 or more. */
  readonly instances: number;
  /** Whether it is to run at all. */
  readonly state: AppState;
  /** Only a STAGED app can be started. */
  readonly packageState: PackageState;
}

/** Whether the app belongs in the store: STARTED and not FAILED (DES-07, DES-10, DES-11). */
export function isWanted(desired: DesiredAppState): boolean {
  return desired.state === "STARTED" && desired.packageState !== "FAILED";
}

/** Whether all five fields agree (MOD-01, DST-03). */
export function sameDesiredAppState(a: DesiredAppState, b: DesiredAppState): boolean {
  return a.appGuid === b.appGuid && a.appVersion === b.appVersion && a.instances === b.instances &&
    a.state === b.state && a.packageState === b.packageState;
}

/**
 * Reads one record of a Cloud Controller bulk page, or of an API answer (24.1).
 *
 * @param path where the record stands, for the error message
 * @throws {ParseError} for a wrong type, a bad guid, an impossible count or an unknown state
 */
export function parseDesiredAppState(record: unknown, path = ""): DesiredAppState {
  const what = "desired app";
  const reader = new JsonReader(what, record, path);
  return {
    appGuid: requireGuid(what, joined(path, "id"), reader.string("id")),
    appVersion: requireGuid(what, joined(path, "version"), reader.string("version")),
    instances: requireCount(what, joined(path, "instances"), reader.integer("instances")),
    state: requireOneOf(APP_STATES, what, joined(path, "state"), reader.string("state")),
    packageState: requireOneOf(
      PACKAGE_STATES,
      what,
      joined(path, "package_state"),
      reader.string("package_state"),
    ),
  };
}

/** The wire form, as in bulk pages and API answers (24.1). */
export function desiredAppStateToWire(desired: DesiredAppState): Record<string, unknown> {
  return {
    "id": desired.appGuid,
    "version": desired.appVersion,
    "instances": desired.instances,
    "state": desired.state,
    "package_state": desired.packageState,
  };
}

/** The stored value: `instances,STATE,PACKAGE_STATE`. */
export function desiredAppStateToCsv(desired: DesiredAppState): string {
  return `${desired.instances},${desired.state},${desired.packageState}`;
}

/**
 * Rebuilds a desired app from its key and its stored value.
 *
 * @throws {ParseError} unless the value is `instances,STATE,PACKAGE_STATE` (MOD-05)
 */
export function desiredAppStateFromCsv(app: AppId, csv: string): DesiredAppState {
  const what = "stored desired app";
  const fields = csv.split(",");
  const [count = "", state = "", packageState = ""] = fields;
  if (fields.length !== 3 || !/^\d{1,9}$/.test(count)) {
    throw new ParseError(
      what,
      app.appGuid,
      `${quoteValue(csv)} is not "instances,STATE,PACKAGE_STATE"`,
    );
  }
  return {
    appGuid: app.appGuid,
    appVersion: app.appVersion,
    instances: requireCount(what, "instances", Number(count)),
    state: requireOneOf(APP_STATES, what, "state", state),
    packageState: requireOneOf(PACKAGE_STATES, what, "package_state", packageState),
  };
}

function requireCount(what: string, field: string, count: number): number {
  if (count >= 0 && count <= INSTANCE_INDEX_MAX + 1) return count;
  throw new ParseError(
    what,
    field,
    `${count} is not a number of instances (0 to ${INSTANCE_INDEX_MAX + 1})`,
  );
}

function requireOneOf<T extends string>(
  allowed: readonly T[],
  what: string,
  field: string,
  text: string,
): T {
  const found = allowed.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  throw new ParseError(what, field, `${quoteValue(text)} is not one of ${allowed.join(", ")}`);
}

function joined(path: string, field: string): string {
  return path === "" ? field : `${path}.${field}`;
}
