/**
 * `/v1/apps`: one page of the apps in a state, all versions of an app, one version. What is said of a
 * version is what `hm9000 explain --json` says of it.
 *
 * @module
 */

import { z } from "zod";
import type { FleetView } from "../../mirror/fleet_view.ts";
import { type App, desiredInstances, emptyApp } from "../../models/app.ts";
import { type AppId, appKey, parseAppKey } from "../../models/app_key.ts";
import { APP_LISTS, tallyApp } from "../app_tally.ts";
import type { Decision } from "../../models/decision.ts";
import { StoreUnavailableError } from "../../store/store_errors.ts";
import type { ExplainQuestion } from "../explain_question.ts";
import type { FleetSight } from "../fleet_sight.ts";
import { decisionShape } from "./decisions.ts";
import { holdShape } from "./holds.ts";
import { ProblemError } from "./problem.ts";
import {
  guid,
  noParams,
  offsetOf,
  pageShape,
  paging,
  route,
  staleness,
  staleShape,
  type V1Sources,
} from "./route.ts";

/** Indices of one app that are explained; a platform's own limit is far below. */
const INDICES_MAX = 1_000;
/** Versions of one app that are explained in one answer. */
const VERSIONS_MAX = 20;
/** Decisions that are shown with a version: what was decided of late. */
const DECISIONS_MAX = 100;

const counts = z.strictObject({
  "desired": z.int(),
  "running": z.int(),
  "starting": z.int(),
  "evacuating": z.int(),
  "crashed": z.int(),
  "missing": z.int(),
}).describe("Instances, by state; `missing`: desired indices at which nothing reports");

/** How many instances there are, by state. */
export const instanceCounts: z.ZodType = counts;

const summary = z.strictObject({
  "droplet": z.string().describe("The app's guid"),
  "version": z.string(),
  "states": z.array(z.enum(APP_LISTS)).describe("What it can be listed by"),
  "instances": counts,
});

const message = {
  "message_id": z.string(),
  "send_on": z.int().describe("Unix seconds from which it may be sent"),
  "sent_on": z.int().describe("Unix seconds; 0 while it was not sent"),
  "keep_alive": z.int().describe("Seconds for which it is kept after it was sent"),
  "droplet": z.string(),
  "version": z.string(),
};

const sent = z.strictObject({
  "kind": z.enum(["start", "stop"]),
  "at": z.int(),
  "reason": z.string(),
  "message_id": z.string().nullable(),
  "instance": z.string().nullable(),
});

const index = z.strictObject({
  "index": z.int(),
  "desired": z.boolean(),
  "state": z.string(),
  "states": z.array(z.string()).describe("What is reported there"),
  "instances": z.array(z.strictObject({
    "instance": z.string(),
    "dea": z.string(),
    "state": z.string(),
    "since": z.number(),
  })),
  "crashes": z.int(),
  "crashes_since": z.number().nullable(),
  "next_crash_delay": z.number().nullable().describe("Seconds"),
  "backoff_until": z.number().nullable(),
  "last_sent": sent.nullable(),
  "next": z.string().describe("What happens next, and when, in one sentence"),
  "next_at": z.number().nullable().describe("Unix seconds, if time alone decides"),
  "waits_for": z.string().nullable(),
});

const explanation = z.strictObject({
  "droplet": z.string(),
  "version": z.string(),
  "desired": z.strictObject({
    "id": z.string(),
    "version": z.string(),
    "instances": z.int(),
    "state": z.string(),
    "package_state": z.string(),
  }).describe("Empty and 0 when it is not desired"),
  "instance_heartbeats": z.array(z.strictObject({
    "droplet": z.string(),
    "version": z.string(),
    "instance": z.string(),
    "index": z.int(),
    "state": z.string(),
    "state_timestamp": z.number(),
    "dea_guid": z.string(),
  })),
  "crash_counts": z.array(z.strictObject({
    "droplet": z.string(),
    "version": z.string(),
    "instance_index": z.int(),
    "crash_count": z.int(),
    "created_at": z.number(),
  })),
  "now": z.int().describe("Unix seconds"),
  ...staleShape,
  "store": z.strictObject({
    "fresh": z.boolean(),
    "fresh_since": z.number().nullable(),
    "fresh_at": z.number().nullable().describe("When it may be fresh at the earliest"),
  }),
  "pending_starts": z.array(z.strictObject({
    ...message,
    "index": z.int(),
    "priority": z.number(),
    "skip_verification": z.boolean(),
    "start_reason": z.string(),
  })),
  "pending_stops": z.array(z.strictObject({
    ...message,
    "instance": z.string(),
    "stop_reason": z.string(),
  })),
  "holds": z.array(holdShape),
  "indices": z.array(index).describe(
    `One entry for each index that is desired, reported or waited for, the first ${INDICES_MAX}`,
  ),
  "decisions": z.array(decisionShape).nullable().describe(
    `What was decided about it of late, the newest first, ${DECISIONS_MAX} at most; null when the ` +
      "log cannot be read",
  ),
}).describe("What is known of one version of an app and what will happen to it next");

/** `/v1/apps` */
export const listApps = route({
  path: "/v1/apps",
  operationId: "listApps",
  summary: "One page of the apps in a state",
  description:
    "Apps stand in the order in which they became known, which is the same from page to " +
    "page as long as none comes or goes.",
  params: noParams,
  query: z.strictObject({
    "state": z.enum(APP_LISTS).default("all").describe(
      "Apps with an instance in this state; `missing`: a desired index reports nothing; " +
        "`undesired`: something runs that nobody wants; `staging`: wanted and not staged yet; " +
        "`queued`: a start or a stop waits",
    ),
    ...paging,
    ...staleness,
  }),
  answer: z.strictObject({ ...pageShape, ...staleShape, "apps": z.array(summary) }),
  namesApp: false,
  handle: async ({ sight, query, sources }) => {
    const index = await sources.fleet.current();
    const { state, page, "per_page": perPage } = query;
    const keys = index.page(state, { offset: offsetOf(query), limit: perPage });
    return {
      "page": page,
      "per_page": perPage,
      "total": index.counts.apps[state],
      "stale_because": sight.staleBecause ?? null,
      "apps": keys.map((key) => summarize(sight.view, key)),
    };
  },
});

/** `/v1/apps/{guid}` */
export const getApp = route({
  path: "/v1/apps/{guid}",
  operationId: "getApp",
  summary: "What is known of an app, version by version, and what will happen to it next",
  params: z.strictObject({ "guid": guid }),
  query: z.strictObject({ ...staleness }),
  answer: z.strictObject({
    ...staleShape,
    "droplet": z.string(),
    "versions": z.array(explanation).describe(`The first ${VERSIONS_MAX} of them, by name`),
  }),
  namesApp: true,
  handle: async ({ sight, params, sources }) => {
    const index = await sources.fleet.current();
    const keys = index.versions(params.guid).slice(0, VERSIONS_MAX);
    if (keys.length === 0) throw unknownApp(`app "${params.guid}"`);
    const decisions = await decisionsIn({ sight, sources });
    return {
      "stale_because": sight.staleBecause ?? null,
      "droplet": params.guid,
      "versions": keys.map((key) => explain(parseAppKey(key), { sight, sources, decisions })),
    };
  },
});

/** `/v1/apps/{guid}/{version}` */
export const getAppVersion = route({
  path: "/v1/apps/{guid}/{version}",
  operationId: "getAppVersion",
  summary: "What is known of one version of an app, and what will happen to it next",
  params: z.strictObject({ "guid": guid, "version": guid }),
  query: z.strictObject({ ...staleness }),
  answer: explanation,
  namesApp: true,
  handle: async ({ sight, params, sources }) => {
    const id = { appGuid: params.guid, appVersion: params.version };
    const { starts, stops } = sight.view.pending(appKey(id));
    if (sight.view.app(appKey(id)) === undefined && starts.size + stops.size === 0) {
      throw unknownApp(`version "${params.version}" of app "${params.guid}"`);
    }
    return explain(id, { sight, sources, decisions: await decisionsIn({ sight, sources }) });
  },
});

function unknownApp(which: string): ProblemError {
  const detail = `The ${which} is neither desired nor reported nor waited for`;
  return new ProblemError("unknown-app", { detail });
}

function summarize(view: FleetView, key: string): Record<string, unknown> {
  const { starts, stops } = view.pending(key);
  const app = view.app(key) ?? emptyApp(parseAppKey(key));
  const { lists, instances } = tallyApp(app, { queued: starts.size + stops.size > 0 });
  return {
    "droplet": app.appGuid,
    "version": app.appVersion,
    "states": lists,
    "instances": instances,
  };
}

/** What is known beside the app. */
interface Known {
  readonly sight: FleetSight;
  readonly sources: V1Sources;
  readonly decisions: readonly Decision[] | undefined;
}

function explain(id: AppId, { sight, sources, decisions }: Known): Record<string, unknown> {
  const { view, now, staleBecause, freshness } = sight;
  const app = view.app(appKey(id)) ?? emptyApp(id);
  const explained = sources.explain({
    ...{ app: limited(app), ...pendingOf(view, appKey(id)), now, staleBecause, freshness },
    holds: [...view.holds()],
    decisions: decisions?.filter(({ appGuid, appVersion }) =>
      appGuid === id.appGuid && appVersion === id.appVersion
    ).slice(0, DECISIONS_MAX),
  });
  if (app.desired === undefined) return explained;
  const desired = { ...explained["desired"] as Record<string, unknown> };
  return { ...explained, "desired": { ...desired, "instances": app.desired.instances } };
}

/** The decision log, unless the store does not give it: the rest can be told all the same. */
async function decisionsIn(
  { sight, sources }: Pick<Known, "sight" | "sources">,
): Promise<readonly Decision[] | undefined> {
  if (!sight.reachable) return undefined;
  try {
    return await sources.listDecisions();
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

/** The app as far as it is explained: what follows is not read, lest one app makes others wait. */
function limited(app: App): App {
  const instances = app.instances.filter(({ instanceIndex }) => instanceIndex < INDICES_MAX)
    .slice(0, INDICES_MAX).sort((a, b) => a.instanceIndex - b.instanceIndex);
  if (app.desired === undefined) return { ...app, instances };
  const desired = { ...app.desired, instances: Math.min(desiredInstances(app), INDICES_MAX) };
  return { ...app, desired, instances };
}

function pendingOf(
  view: FleetView,
  key: string,
): Pick<ExplainQuestion, "pendingStarts" | "pendingStops"> {
  const { starts, stops } = view.pending(key);
  return {
    pendingStarts: [...starts.values()].slice(0, INDICES_MAX)
      .flatMap((storeKey) => view.start(storeKey)?.message ?? []),
    pendingStops: [...stops.values()].slice(0, INDICES_MAX)
      .flatMap((storeKey) => view.stop(storeKey)?.message ?? []),
  };
}
