/**
 * Reads instance records DEA by DEA, as their keys stand, so that no more than one DEA's are held in full.
 *
 * @module
 */

import { instanceHeartbeatFromCsv } from "../models/instance_heartbeat.ts";
import { ParseError } from "../models/parse_error.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { instanceFingerprint, type KnownInstances, UNREADABLE } from "./diff_heartbeat.ts";

/** One DEA's records. */
export interface StoredDea {
  readonly deaGuid: string;
  readonly instances: KnownInstances;
}

/** What reading needs. */
export interface ReadStoredDeasDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
}

/** What is read. */
export interface ReadStoredDeasOptions {
  /** Of all DEAs, or of one. */
  readonly prefix: string;
  /** Is handed each DEA when all of its records that are read are known. */
  readonly onDea: (dea: StoredDea) => void;
}

/** Reads records, and returns as of which revision; keys that are no DEA's are passed over (STO-28). */
export async function readStoredDeas(
  { store, layout }: ReadStoredDeasDeps,
  { prefix, onDea }: ReadStoredDeasOptions,
): Promise<number> {
  const start = layout.actualPrefix.length;
  let deaGuid = "";
  let instances = new Map<string, number>();
  let revision = 0;
  for await (const page of store.range(prefix)) {
    revision = page.revision;
    for (const { key, value } of page.entries) {
      const slash = key.indexOf("/", start);
      if (slash < 0) continue; // Readers report it, nobody of ours wrote it.
      if (slash - start !== deaGuid.length || !key.startsWith(deaGuid, start)) {
        if (deaGuid !== "") onDea({ deaGuid, instances });
        deaGuid = key.slice(start, slash);
        instances = new Map();
      }
      instances.set(key.slice(slash + 1), fingerprintOf(value));
    }
  }
  if (deaGuid !== "") onDea({ deaGuid, instances });
  return revision;
}

/** A record that cannot be read is overwritten or removed by its DEA's next heartbeat. */
function fingerprintOf(value: string): number {
  try {
    return instanceFingerprint(instanceHeartbeatFromCsv(ANYONE, value));
  } catch (error) {
    if (error instanceof ParseError) return UNREADABLE;
    throw error;
  }
}

/** Only index and state are looked at. */
const ANYONE = { appGuid: "", appVersion: "", instanceGuid: "", deaGuid: "" };
