import { expect } from "expect";
import { AppFixture } from "../../../test_helpers/app.ts";
import { queuedStart, queuedStop } from "../../../test_helpers/queued_messages.ts";
import { ServedFleet } from "../../../test_helpers/served_fleet.ts";
import type { Decision } from "../../models/decision.ts";
import { problemSchema } from "./problem.ts";
import type { Route } from "./route.ts";
import { V1_ROUTES } from "./v1_routes.ts";

const one = new AppFixture("one", { appGuid: "one", appVersion: "v1" });
const two = new AppFixture("two", { appGuid: "two", appVersion: "v1" });

/** Two apps: `one` has 1 of its 3 instances and waits for a start; `two` runs and nobody wants it. */
async function served(): Promise<ServedFleet> {
  const fleet = new ServedFleet();
  await fleet.makeFresh();
  await fleet.desire(one.desiredState({ instances: 3 }));
  await fleet.report(one.heartbeat(1));
  await fleet.report({
    deaGuid: "other",
    instances: [two.instanceAtIndex(0).onDea("other").heartbeat()],
  });
  await fleet.queue(
    queuedStart(one.id, { instanceIndex: 1, sendOn: 230 }),
    queuedStop(two.id, { instanceGuid: "two-instance", sendOn: 200, sentOn: 200 }),
  );
  fleet.start();
  return fleet;
}

/** A path for each route, with everything it may be asked with. */
const ASKED: readonly string[] = [
  "/v1/fleet",
  "/v1/apps?state=running&page=1&per_page=1",
  "/v1/apps/one",
  "/v1/apps/one/v1",
  "/v1/deas?page=1",
  "/v1/messages?kind=start",
  "/v1/decisions?app=one&limit=5",
];

function routeOf(path: string): Route {
  const asked = path.split("?")[0]?.split("/") ?? [];
  const found = V1_ROUTES.find((route) => {
    const parts = route.path.split("/");
    return parts.length === asked.length &&
      parts.every((part, at) => part === asked[at] || part.startsWith("{"));
  });
  if (found === undefined) throw new Error(`No route answers ${path}`);
  return found;
}

for (const path of ASKED) {
  Deno.test(`GET ${path} answers as its description says, stamped with revision and age [I16]`, async () => {
    await using fleet = await served();
    const response = await fleet.get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(Number(response.headers.get("x-hm9000-revision"))).toBeGreaterThan(0);
    expect(response.headers.get("x-hm9000-age")).toBe("0.000");
    const body = await response.json();
    expect(routeOf(path).answer.parse(body)).toEqual(body);
    expect(body["stale_because"]).toBeNull();
  });
}

Deno.test("every route is asked by the tests", () => {
  const asked = new Set(ASKED.map((path) => routeOf(path).path));
  expect([...asked].sort()).toEqual(V1_ROUTES.map(({ path }) => path).sort());
});

Deno.test("what is served is what the OpenAPI document describes, no more and no less", async () => {
  await using fleet = await served();
  const { paths } = await fleet.json("/v1/openapi.json");
  const routed = fleet.routes.routes
    .filter(({ method, path }) => method !== "ALL" && !path.endsWith("*"))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`)
  );
  expect([...new Set(described)].sort()).toEqual([...new Set(routed)].sort());
});

Deno.test("the OpenAPI document describes every parameter and every answer", async () => {
  await using fleet = await served();
  const { openapi, paths, components } = await fleet.json("/v1/openapi.json");
  expect(openapi).toBe("3.1.0");
  expect(components.schemas.Problem.required).toEqual(["type", "title", "status", "detail"]);
  const { get } = paths["/v1/apps/{guid}"];
  expect(
    get.parameters.map((
      p: { name: string; in: string; required: boolean },
    ) => [p.name, p.in, p.required]),
  )
    .toEqual([["guid", "path", true], ["allow_stale", "query", false]]);
  expect(Object.keys(get.responses)).toEqual(
    expect.arrayContaining(["200", "304", "400", "401", "404", "503"]),
  );
  const { schema } = get.responses["200"].content["application/json"];
  expect(schema.required).toEqual(["stale_because", "droplet", "versions"]);
});

Deno.test("GET /v1/fleet counts apps and instances, and names who leads", async () => {
  await using fleet = await served();
  await fleet.put("/hm/locks/analyzer", "a-leader");
  expect(await fleet.json("/v1/fleet")).toEqual({
    "stale_because": null,
    "apps": {
      ...{ "all": 2, "desired": 1, "staging": 0, "running": 2, "starting": 0, "evacuating": 0 },
      ...{ "crashed": 0, "missing": 1, "undesired": 1, "queued": 2 },
    },
    "instances": {
      ...{ "desired": 3, "running": 2, "starting": 0, "evacuating": 0, "crashed": 0 },
      "missing": 2,
    },
    "freshness": {
      "actual": { "fresh": true, "since": 100 },
      "desired": { "fresh": true, "since": 100 },
    },
    "deas": { "present": 2 },
    "queue": { "starts": 1, "stops": 1 },
    "holds": [],
    "leaders": [{ "component": "analyzer", "id": "a-leader", "epoch": expect.any(Number) }],
  });
});

Deno.test("GET /v1/fleet says what is held, by whom and until when", async () => {
  await using fleet = await served();
  const hold = {
    ...{ "name": "stops", "holds": "stops", "source": "operator", "reason": "an incident" },
    ...{ "by": "somebody", "set_at": 190, "expires_at": 900 },
  };
  await fleet.put(fleet.layout.holdKey("stops"), JSON.stringify(hold));
  const body = await fleet.json("/v1/fleet");
  expect(body.holds).toEqual([hold]);
  expect(routeOf("/v1/fleet").answer.parse(body)).toEqual(body);
});

Deno.test("GET /v1/fleet counts what changed since it was asked last", async () => {
  await using fleet = await served();
  await fleet.json("/v1/fleet");
  await fleet.report(one.heartbeat(3));
  await fleet.remove(fleet.layout.presenceKey("other"));
  const { apps, instances, deas } = await fleet.json("/v1/fleet");
  expect(instances).toMatchObject({ "running": 3, "missing": 0 });
  expect(apps).toMatchObject({ "all": 2, "running": 1, "missing": 0, "undesired": 0 });
  expect(deas).toEqual({ "present": 1 });
});

Deno.test("GET /v1/apps lists the apps in a state, page by page", async () => {
  await using fleet = await served();
  const page = await fleet.json("/v1/apps?state=running&page=2&per_page=1");
  expect(page).toMatchObject({ "page": 2, "per_page": 1, "total": 2 });
  const first = await fleet.json("/v1/apps?state=running&per_page=1");
  expect([first.apps[0].droplet, page.apps[0].droplet].sort()).toEqual(["one", "two"]);
  expect((await fleet.json("/v1/apps?state=missing")).apps).toEqual([{
    "droplet": "one",
    "version": "v1",
    "states": ["all", "desired", "running", "missing", "queued"],
    "instances": {
      ...{ "desired": 3, "running": 1, "starting": 0, "evacuating": 0, "crashed": 0 },
      "missing": 2,
    },
  }]);
  expect((await fleet.json("/v1/apps?state=crashed")).apps).toEqual([]);
});

Deno.test("GET /v1/apps/{guid} explains every version; GET …/{version} explains one", async () => {
  await using fleet = await served();
  await fleet.desire(one.withVersion("v2").desiredState({ instances: 1 }));
  const { versions } = await fleet.json("/v1/apps/one");
  expect(versions.map((known: { version: string }) => known.version)).toEqual(["v1", "v2"]);
  const app = await fleet.json("/v1/apps/one/v1");
  expect(app).toEqual(versions[0]);
  expect(app.indices.map((index: { next: string }) => index.next)).toEqual([
    "nothing: it is running",
    expect.stringMatching(/^start \(MISSING\) is sent in 30 s/),
    expect.stringMatching(/queues a start/),
  ]);
});

Deno.test("GET /v1/apps/{guid}/{version} explains no more than 1,000 indices, and says what is desired", async () => {
  await using fleet = await served();
  await fleet.desire(one.desiredState({ instances: 400_000 }));
  const app = await fleet.json("/v1/apps/one/v1");
  expect(app.indices).toHaveLength(1_000);
  expect(app.desired.instances).toBe(400_000);
});

Deno.test("GET /v1/apps/{guid}/{version} explains an app of which only messages are left", async () => {
  await using fleet = await served();
  await fleet.queue(queuedStart({ appGuid: "gone", appVersion: "v1" }));
  const app = await fleet.json("/v1/apps/gone/v1");
  expect(app["pending_starts"]).toHaveLength(1);
  expect((await fleet.json("/v1/apps/gone")).versions).toEqual([app]);
});

Deno.test("GET /v1/deas says when presence was renewed, once it was seen to be", async () => {
  await using fleet = await served();
  const before = await fleet.json("/v1/deas");
  expect(before.deas.map((dea: Record<string, unknown>) => dea["renewed_at"])).toEqual([
    null,
    null,
  ]);
  fleet.time.advance(5_000);
  await fleet.put(fleet.layout.presenceKey("other"), "other");
  await fleet.json("/v1/fleet"); // The mirror has caught up.
  fleet.time.advance(2_000);
  const { deas, total } = await fleet.json("/v1/deas");
  expect(total).toBe(2);
  expect(deas).toContainEqual({ "guid": "other", "instances": 1, "renewed_at": 205 });
});

Deno.test("GET /v1/messages lists what is due first first", async () => {
  await using fleet = await served();
  const { messages, total, listed } = await fleet.json("/v1/messages");
  expect([total, listed]).toEqual([2, 2]);
  expect(messages).toEqual([
    expect.objectContaining({
      ...{ "kind": "stop", "droplet": "two", "instance": "two-instance", "reason": "EXTRA" },
      ...{ "index": null, "send_on": 200, "sent_on": 200, "judged_again_on": 230 },
    }),
    expect.objectContaining({
      ...{ "kind": "start", "droplet": "one", "index": 1, "reason": "MISSING", "priority": 1 },
      ...{ "instance": null, "send_on": 230, "sent_on": null, "judged_again_on": null },
    }),
  ]);
  const stops = await fleet.json("/v1/messages?kind=stop");
  expect([stops.total, stops.messages.length]).toEqual([1, 1]);
});

Deno.test("GET /v1/decisions gives what was decided, the newest first, of one app or kind", async () => {
  await using fleet = await served();
  const decided = (kind: Decision["kind"], differing: Partial<Decision> = {}): Decision => ({
    ...{ at: 190, component: "analyzer", kind, ...one.id, reason: "MISSING", why: "It is gone" },
    ...differing,
  });
  await fleet.decide(150_000, decided("start_enqueued", { at: 150, instanceIndex: 1 }));
  await fleet.decide(190_000, decided("start_sent"), decided("stop_sent", { ...two.id }));
  const { total, decisions } = await fleet.json("/v1/decisions?limit=2");
  expect(total).toBe(3);
  expect(decisions.map(({ kind }: Decision) => kind)).toEqual(["stop_sent", "start_sent"]);
  const ofOne = await fleet.json("/v1/decisions?app=one&version=v1&since=151");
  expect(ofOne.decisions).toEqual([{
    ...{ "at": 190, "component": "analyzer", "kind": "start_sent", "droplet": "one" },
    ...{ "version": "v1", "reason": "MISSING", "why": "It is gone" },
  }]);
  const enqueued = await fleet.json("/v1/decisions?kind=start_enqueued");
  expect(enqueued.decisions.map(({ index }: { index: number }) => index)).toEqual([1]);
});

const REFUSED: [path: string, status: number, kind: string][] = [
  ["/v1/apps/unknown", 404, "unknown-app"],
  ["/v1/apps/one/unknown", 404, "unknown-app"],
  ["/v1/apps/a%2Fb", 400, "bad-request"],
  ["/v1/apps/one/a%20b", 400, "bad-request"],
  [`/v1/apps/${"g".repeat(201)}`, 400, "bad-request"],
  ["/v1/apps?state=unheard_of", 400, "bad-request"],
  ["/v1/apps?page=0", 400, "bad-request"],
  ["/v1/apps?page=x", 400, "bad-request"],
  ["/v1/apps?per_page=501", 400, "bad-request"],
  ["/v1/apps?pages=1", 400, "bad-request"],
  ["/v1/elsewhere", 404, "not-found"],
];

for (const [path, status, kind] of REFUSED) {
  Deno.test(`GET ${path.slice(0, 40)} is a problem: ${kind}`, async () => {
    await using fleet = await served();
    const response = await fleet.get(path);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const problem = problemSchema.parse(await response.json());
    expect(problem).toMatchObject({ "type": `urn:hm9000:problem:${kind}`, "status": status });
  });
}

Deno.test("other methods than GET and HEAD are a problem", async () => {
  await using fleet = await served();
  const response = await fleet.get("/v1/fleet", { method: "DELETE" });
  expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  expect((await fleet.get("/v1/fleet", { method: "HEAD" })).status).toBe(200);
});

Deno.test("an answer is not sent again to who has it, until it is another", async () => {
  await using fleet = await served();
  const first = await fleet.get("/v1/fleet");
  const etag = first.headers.get("etag") ?? "";
  const headers = { "If-None-Match": `"other", W/${etag}` };
  const again = await fleet.get("/v1/fleet", { headers });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  expect(again.headers.get("x-hm9000-age")).toBe("0.000");
  await fleet.report(one.heartbeat(2));
  const changed = await fleet.get("/v1/fleet", { headers });
  expect(changed.status).toBe(200);
  expect(changed.headers.get("etag")).not.toBe(etag);
});

Deno.test("what is stale is a 503 that says why, or is said to be stale when it is wanted [I16]", async () => {
  await using fleet = await served();
  await fleet.remove(fleet.layout.desiredFreshKey);
  for (const path of ASKED) {
    const response = await fleet.get(path);
    expect([path, response.status]).toEqual([path, 503]);
    expect(response.headers.get("retry-after")).toBe("1");
    const { detail } = problemSchema.parse(await response.json());
    expect(detail).toMatch(/no desired state was fetched of late; ask with allow_stale=true/);
    const separator = path.includes("?") ? "&" : "?";
    const body = await fleet.json(`${path}${separator}allow_stale=true`);
    expect(body["stale_because"]).toMatch(/no desired state was fetched of late/);
    expect(routeOf(path).answer.parse(body)).toEqual(body);
  }
});

Deno.test("while the store is away what is known is said to be stale, and how old it is [I16]", async () => {
  await using fleet = await served();
  await fleet.json("/v1/fleet");
  fleet.cutOff();
  fleet.time.advance(7_500);
  expect((await fleet.get("/v1/fleet")).status).toBe(503);
  const known = await fleet.get("/v1/fleet?allow_stale=true");
  expect(known.headers.get("x-hm9000-age")).toBe("7.500");
  const body = await known.json();
  expect(body["stale_because"]).toMatch(/was last heard of 8 s ago/);
  expect(body).toMatchObject({ "instances": { "running": 2 }, "leaders": null });
});

Deno.test("a store that does not answer keeps nobody waiting for more than two seconds", async () => {
  await using fleet = await served();
  await fleet.json("/v1/fleet");
  fleet.hang();
  const asked = fleet.get("/v1/apps/one?allow_stale=true");
  await fleet.time.waitForSleeper();
  fleet.time.advance(2_000);
  const response = await asked;
  expect([response.status, response.headers.get("x-hm9000-age")]).toEqual([200, "2.000"]);
  expect((await response.json())["stale_because"]).toMatch(/does not answer in time/);
});

Deno.test("when nothing is known at all that is a 503", async () => {
  await using fleet = new ServedFleet(); // Nobody runs the mirror.
  const response = await fleet.get("/v1/fleet?allow_stale=true");
  expect(response.status).toBe(503);
  expect((await response.json()).type).toBe("urn:hm9000:problem:store-unavailable");
});

Deno.test("an error nobody expects is a 500, logged, and says nothing to the client", async () => {
  await using fleet = await served();
  await fleet.json("/v1/fleet");
  Object.defineProperty(fleet.sources.indexed, "current", {
    value: () => Promise.reject(new TypeError("canary")),
  });
  const response = await fleet.get("/v1/fleet");
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("canary");
  expect(fleet.log.messages("error")).toEqual(["Could not answer a request"]);
});
