import { expect } from "expect";
import { readPlainHeartbeat } from "../../../lib/models/plain_heartbeat.ts";
import { parseHeartbeat } from "../../../lib/models/heartbeat.ts";
import { putInstance } from "../../../lib/store/collections/actual_state.ts";
import { StoreLayout } from "../../../lib/store/layout.ts";
import { inTermsOf, quietFleet } from "./yardstick.ts";

const YARDSTICK = { putsPerSecond: 50_000, parsedPerSecond: 20_000 };

Deno.test("figures are told in terms of what the machine could do", () => {
  const measurements = [
    { name: "all stored", labels: {}, value: 30, unit: "s" },
    {
      name: "cpu",
      labels: { process: "actual_state_listener", phase: "steady" },
      value: 10,
      unit: "% of a core",
    },
    {
      name: "cpu",
      labels: { process: "actual_state_listener", phase: "loading" },
      value: 90,
      unit: "% of a core",
    },
  ];
  // A million puts take 20 s, and to parse 1,000 heartbeats a second takes 5 % of a core.
  expect(inTermsOf(YARDSTICK, { measurements, apps: 1_000_000, periodSeconds: 10 })).toEqual([
    { name: "yardstick: plain puts", labels: {}, value: 50_000, unit: "/s" },
    { name: "yardstick: heartbeats parsed", labels: {}, value: 20_000, unit: "/s" },
    { name: "all stored, to as many plain puts", labels: {}, value: 1.5, unit: "times" },
    { name: "listener, steady, to parsing alone", labels: {}, value: 2, unit: "times" },
  ]);
});

Deno.test("what was not measured has no ratio", () => {
  const told = inTermsOf(YARDSTICK, { measurements: [], apps: 1_000, periodSeconds: 1 });
  expect(told.map(({ unit }) => unit)).toEqual(["/s", "/s"]);
});

Deno.test("the yardstick's records are such as the listener writes and reads", () => {
  const text = new TextDecoder().decode(quietFleet(1_000).heartbeat(7));
  expect(readPlainHeartbeat(text)?.instances).toHaveLength(100);
  const layout = new StoreLayout({ schemaVersion: 1 });
  const mutations = parseHeartbeat(text).heartbeat.instances.map((one) => putInstance(layout, one));
  const mutation = mutations[42];
  const key = mutation?.kind === "put" ? mutation.key : "";
  expect(layout.parseActualKey(key)).toMatchObject({ deaGuid: "dea-000007", appGuid: "app-742" });
});
