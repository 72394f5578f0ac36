import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import type { App } from "../models/app.ts";
import { NotFreshError, StoreUnavailableError } from "../store/store_errors.ts";
import { respondToAppState } from "./app_state_responder.ts";
import type { ReadAppStates } from "./app_states.ts";

const ID = { appGuid: "a", appVersion: "v1" };
const APP: App = {
  ...ID,
  desired: { ...ID, instances: 3, state: "STARTED", packageState: "STAGED" },
  instances: [0, 1, 2].map((instanceIndex) => ({
    ...ID,
    instanceGuid: `i-${instanceIndex}`,
    instanceIndex,
    state: "RUNNING" as const,
    stateTimestamp: 1,
    deaGuid: "dea",
  })),
  crashCounts: [{ ...ID, instanceIndex: 1, crashCount: 2, createdAt: 100 }],
};
const KNOWN: ReadAppStates = () =>
  Promise.resolve({
    revision: 7,
    ageSeconds: 0,
    find: (id) => id.appGuid === "a" && id.appVersion === "v1" ? APP : undefined,
  });

async function replies(
  data: string,
  options: { readAppStates?: ReadAppStates; reply?: string | undefined } = {},
): Promise<string[]> {
  const sent: string[] = [];
  const { readAppStates = KNOWN } = options;
  const reply = "reply" in options ? options.reply : "inbox";
  await respondToAppState({
    subject: "app.state",
    data: new TextEncoder().encode(data),
    reply,
    respond: (answer) => sent.push(String(answer)),
  }, { readAppStates, log: new FakeLogger(), metrics: new MetricsRegistry() });
  return sent;
}

const ASKED = `{"droplet":"a","version":"v1"}`;

Deno.test("app.state replies once with the whole app [API-06] [API-09]", async () => {
  const [reply, ...more] = await replies(ASKED);
  expect(more).toEqual([]);
  const app = JSON.parse(reply ?? "");
  expect(app.desired.instances).toBe(3);
  expect(app.instance_heartbeats).toHaveLength(3);
  expect(app.crash_counts).toEqual([{
    "droplet": "a",
    "version": "v1",
    "instance_index": 1,
    "crash_count": 2,
    "created_at": 100,
  }]);
});

Deno.test("app.state says nothing to who gives no reply-to [API-02]", async () => {
  expect(await replies(ASKED, { reply: undefined })).toEqual([]);
});

const NOT_FRESH = () => Promise.reject(new NotFreshError("both", "nothing is fresh"));
const AWAY = () => Promise.reject(new StoreUnavailableError("away"));
const BROKEN = () => Promise.reject(new TypeError("a defect"));
const EMPTY: [name: string, data: string, read: ReadAppStates, id: string][] = [
  ["an empty object", "{}", KNOWN, "API-03"],
  ["garbage", "ceci n'est pas", KNOWN, "API-04"],
  ["an unknown app", `{"droplet":"b","version":"v1"}`, KNOWN, "API-05"],
  ["a known app in a stale store", ASKED, NOT_FRESH, "API-07"],
  ["a known app in a store that fails", ASKED, AWAY, "API-08"],
  ["a known app when something breaks", ASKED, BROKEN, "API-09"],
];

for (const [name, data, readAppStates, id] of EMPTY) {
  Deno.test(`app.state replies {} to ${name} [${id}]`, async () => {
    expect(await replies(data, { readAppStates })).toEqual(["{}"]);
  });
}
