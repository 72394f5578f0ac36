import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { Access } from "../http_server/access.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import type { App } from "../models/app.ts";
import { type AppId, appKey } from "../models/app_key.ts";
import { encodeBasicAuth } from "../models/basic_auth.ts";
import { NotFreshError, StoreUnavailableError } from "../store/store_errors.ts";
import type { ReadAppStates } from "./app_states.ts";
import { createRoutes } from "./routes.ts";

const time = new FakeTimeProvider();
const CREDENTIALS = { user: "magnet", password: "pass:word" };

function app(guid: string, version = "v1"): App {
  const id = { appGuid: guid, appVersion: version };
  return {
    ...id,
    desired: { ...id, instances: 1, state: "STARTED", packageState: "STAGED" },
    instances: [],
    crashCounts: [],
  };
}

function fresh(...apps: App[]): ReadAppStates {
  const byKey = new Map(apps.map((known) => [appKey(known), known]));
  return () =>
    Promise.resolve({ revision: 7, ageSeconds: 0.25, find: (id: AppId) => byKey.get(appKey(id)) });
}

function routes(
  readAppStates: ReadAppStates,
  credentials: typeof CREDENTIALS | undefined = CREDENTIALS,
) {
  const log = new FakeLogger();
  return {
    log,
    hono: createRoutes({
      readAppStates,
      access: new Access({ credentials, time }),
      time,
      log,
      metrics: new MetricsRegistry(),
    }),
  };
}

function ask(hono: ReturnType<typeof createRoutes>, body: string, authorization?: string) {
  return hono.request("/bulk_app_state", {
    method: "POST",
    body,
    headers: { "Authorization": authorization ?? encodeBasicAuth(CREDENTIALS) },
  });
}

Deno.test("POST /bulk_app_state answers the apps it knows, by guid, desired included [API-11] [API-12] [API-18]", async () => {
  const { hono } = routes(fresh(app("a"), app("b")));
  const asked = [
    { "droplet": "a", "version": "v1" },
    { "droplet": "unknown", "version": "v1" },
  ];
  const response = await ask(hono, JSON.stringify(asked));
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    "a": {
      "droplet": "a",
      "version": "v1",
      "desired": {
        "id": "a",
        "version": "v1",
        "instances": 1,
        "state": "STARTED",
        "package_state": "STAGED",
      },
      "instance_heartbeats": [],
      "crash_counts": [],
    },
  });
});

Deno.test("POST /bulk_app_state answers {} when it knows none of them [API-13]", async () => {
  const { hono } = routes(fresh());
  const response = await ask(hono, `[{"droplet":"a","version":"v1"}]`);
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("{}");
  expect(response.headers.get("X-HM9000-Reason")).toBeNull();
  expect(response.headers.get("X-HM9000-Revision")).toBe("7");
  expect(response.headers.get("X-HM9000-Age")).toBe("0.250");
});

Deno.test("POST /bulk_app_state lets the later of two versions win [API-19]", async () => {
  const { hono } = routes(fresh(app("a", "v1"), app("a", "v2")));
  const response = await ask(
    hono,
    `[{"droplet":"a","version":"v1"},{"droplet":"a","version":"v2"}]`,
  );
  expect((await response.json()).a.version).toBe("v2");
});

for (const garbage of ["", "{", `{"droplet":"a"}`, `[7]`, `[{"droplet":7}]`]) {
  Deno.test(`POST /bulk_app_state answers {} to ${JSON.stringify(garbage)} and says why [API-14]`, async () => {
    const { hono } = routes(fresh(app("a")));
    const response = await ask(hono, garbage);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("{}");
    expect(response.headers.get("X-HM9000-Reason")).toMatch(/^bad request: /);
  });
}

Deno.test("POST /bulk_app_state answers {} from a stale store and says so [API-15]", async () => {
  const stale = () => Promise.reject(new NotFreshError("actual", "no heartbeats of late"));
  const response = await ask(routes(stale).hono, "[]");
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("{}");
  expect(response.headers.get("X-HM9000-Reason")).toBe("store not fresh: no heartbeats of late");
});

Deno.test("POST /bulk_app_state answers {} when the store cannot be reached", async () => {
  const away = () => Promise.reject(new StoreUnavailableError("etcd is away"));
  const response = await ask(routes(away).hono, "[]");
  expect(response.status).toBe(200);
  expect(response.headers.get("X-HM9000-Reason")).toBe("store unavailable");
});

const REFUSED: [name: string, authorization: string][] = [
  ["no credentials", ""],
  ["a wrong password", encodeBasicAuth({ ...CREDENTIALS, password: "pass" })],
  ["a wrong user", encodeBasicAuth({ ...CREDENTIALS, user: "other" })],
  ["another scheme", "Bearer abc"],
  ["broken base64", "Basic %%%"],
];

for (const [name, authorization] of REFUSED) {
  Deno.test(`POST /bulk_app_state refuses ${name} with an empty 401 [API-17]`, async () => {
    const response = await ask(routes(fresh(app("a"))).hono, "[]", authorization);
    expect(response.status).toBe(401);
    expect(await response.text()).toBe("");
  });
}

Deno.test("POST /bulk_app_state asks for no credentials when none are configured", async () => {
  const hono = createRoutes({
    readAppStates: fresh(),
    access: new Access({ credentials: undefined, time }),
    time,
    log: new FakeLogger(),
    metrics: new MetricsRegistry(),
  });
  expect((await ask(hono, "[]", "")).status).toBe(200);
});

Deno.test("POST /bulk_app_state refuses a huge body with 413 [F28]", async () => {
  const { hono } = routes(fresh());
  expect((await ask(hono, " ".repeat(1024 * 1024 + 1))).status).toBe(413);
});

Deno.test("an error nobody expects is a 500, logged, and says nothing to the client", async () => {
  const { hono, log } = routes(() => Promise.reject(new TypeError("canary")));
  const response = await ask(hono, "[]");
  expect(response.status).toBe(500);
  expect(await response.text()).toBe("");
  expect(log.messages("error")).toEqual(["Could not answer a request"]);
});

Deno.test("other methods and paths are refused", async () => {
  const { hono } = routes(fresh(), CREDENTIALS);
  const headers = { "Authorization": encodeBasicAuth(CREDENTIALS) };
  expect((await hono.request("/bulk_app_state", { headers })).status).toBe(405);
  expect((await hono.request("/elsewhere")).status).toBe(404);
});

Deno.test("GET /healthz is always ok, without credentials [MET-02]", async () => {
  const away = () => Promise.reject(new StoreUnavailableError("etcd is away"));
  const response = await routes(away).hono.request("/healthz");
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("ok");
});

for (const path of ["/", "/page/main.js"]) {
  Deno.test(`GET ${path} asks for credentials where there are any`, async () => {
    const { hono } = routes(fresh());
    expect((await hono.request(path)).status).toBe(401);
  });
}
