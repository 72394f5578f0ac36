/**
 * What DEAs report, as it stands in the store: one record per instance, without a lease, and one presence
 * record per DEA under the lease of the flush that heard it last. An instance exists while its DEA is
 * present; readers join the two (design: actual state; STO-01 to STO-05, STO-17 to STO-29).
 *
 * @module
 */

import { isGuid } from "../../models/guid.ts";
import { type InstanceHeartbeat, instanceHeartbeatToCsv } from "../../models/instance_heartbeat.ts";
import { ParseError, quoteValue } from "../../models/parse_error.ts";
import type { StoreLayout } from "../layout.ts";
import type { Mutation, Store } from "../store.ts";
import { corruptRecordsOf } from "./corrupt_records.ts";
import { type DecodedInstance, InstanceDecoder, RememberedApps } from "./instance_entry.ts";
import type { ReadAppsOptions, ReadOptions } from "./read_options.ts";

/** Stores an instance as it is now; no lease is attached (STO-05). */
export function putInstance(layout: StoreLayout, instance: InstanceHeartbeat): Mutation {
  return {
    kind: "put",
    key: layout.actualKey(instance),
    value: instanceHeartbeatToCsv(instance),
  };
}

/** What says that a DEA is present, for as long as `lease` lasts (STO-04). */
export interface Presence {
  readonly deaGuid: string;
  readonly lease: number;
}

/** Says that a DEA is present. */
export function putPresence(layout: StoreLayout, presence: Presence): Mutation {
  const { deaGuid, lease } = presence;
  return { kind: "put", key: layout.presenceKey(deaGuid), value: deaGuid, lease };
}

/** The DEAs that are present, as of `revision`. */
export interface PresentDeas {
  readonly revision: number;
  readonly deaGuids: ReadonlySet<string>;
}

/** Reads which DEAs are present. A presence record whose key is not a guid is skipped and reported. */
export async function readPresence(
  store: Store,
  layout: StoreLayout,
  options: ReadOptions = {},
): Promise<PresentDeas> {
  const corrupt = corruptRecordsOf(options);
  const deaGuids = new Set<string>();
  const prefix = layout.presencePrefix;
  let revision = options.revision ?? 0;
  const pages = store.range(prefix, { revision: options.revision, keysOnly: true });
  for await (const page of pages) {
    revision = page.revision;
    for (const entry of page.entries) {
      const deaGuid = entry.key.slice(prefix.length);
      if (isGuid(deaGuid)) deaGuids.add(deaGuid);
      else corrupt.report(entry, notAPresence(entry.key));
    }
  }
  return { revision, deaGuids };
}

/** One page of instance records, decoded; `corrupt` counts those that were skipped. */
export interface InstancePage {
  readonly revision: number;
  readonly instances: readonly DecodedInstance[];
  readonly corrupt: number;
}

/**
 * Reads instance records, of present and departed DEAs alike, page by page in DEA order, so that a
 * million of them need not be held twice; those of one app stand among all others. Corrupt ones are skipped
 * and reported.
 */
export async function* readInstances(
  store: Store,
  layout: StoreLayout,
  options: ReadAppsOptions = {},
): AsyncGenerator<InstancePage> {
  const reporter = corruptRecordsOf(options);
  const decoder = new InstanceDecoder(layout, new RememberedApps());
  const ofApp = options.appGuid === undefined ? undefined : `/${options.appGuid},`;
  for await (const page of store.range(layout.actualPrefix, { revision: options.revision })) {
    const instances: DecodedInstance[] = [];
    let corrupt = 0;
    for (const entry of page.entries) {
      if (ofApp !== undefined && !entry.key.includes(ofApp)) continue;
      try {
        instances.push(decoder.decode(entry));
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        reporter.report(entry, error);
        corrupt += 1;
      }
    }
    yield { revision: page.revision, instances, corrupt };
  }
}

function notAPresence(key: string): ParseError {
  return new ParseError("store key", "", `${quoteValue(key)} is not a DEA's presence`);
}
