/**
 * From a waiting heartbeat to what must be written for it. A heartbeat whose bytes are those that the
 * cache was committed from changes nothing and is not parsed. Pure.
 *
 * @module
 */

import { parseHeartbeat } from "../models/heartbeat.ts";
import { instanceHeartbeatToCsv } from "../models/instance_heartbeat.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Mutation } from "../store/store.ts";
import type { KnownDea } from "./known_dea.ts";
import { diffHeartbeat } from "./diff_heartbeat.ts";
import type { PendingHeartbeat } from "./heartbeat_inbox.ts";

/** What one DEA's heartbeat changes, and what is stored of the DEA once that is committed. */
export interface DeaChanges {
  readonly deaGuid: string;
  readonly mutations: readonly Mutation[];
  readonly known: KnownDea;
}

/** The changes a heartbeat makes to what is `known` of its DEA; undefined when there are none. */
export function planChanges(
  pending: PendingHeartbeat,
  context: { readonly known: KnownDea; readonly layout: StoreLayout },
): DeaChanges | undefined {
  const { known, layout } = context;
  const { deaGuid, bytes, remembered } = pending;
  if (bytes === known.bytes) return undefined;
  const { heartbeat } = parseHeartbeat(bytes);
  const diff = diffHeartbeat(known.instances, heartbeat);
  const prefix = layout.deaPrefix(deaGuid);
  const mutations = [
    ...[...diff.puts].map(([name, instance]): Mutation => ({
      kind: "put",
      key: `${prefix}${name}`,
      value: instanceHeartbeatToCsv(instance),
    })),
    ...diff.deletes.map((name): Mutation => ({ kind: "delete", key: `${prefix}${name}` })),
  ];
  // Where the bytes are kept nobody asks for the names.
  const stored = {
    bytes: remembered ? bytes : undefined,
    get instances() {
      return diff.instances();
    },
  };
  return { deaGuid, mutations, known: stored };
}
