import { expect } from "expect";
import { StoredFleet } from "../../../test_helpers/stored_fleet.ts";
import { METRICS } from "../../helpers/metric_catalog.ts";
import { ParseError } from "../../models/parse_error.ts";
import {
  FLEET_GAUGES,
  parseMetric,
  putMetric,
  readMetric,
  readMetrics,
  STORED_COUNTERS,
  storedCounters,
} from "./metrics.ts";

const { layout } = new StoredFleet();
const name = "ActualStateListenerStoreUsagePercentage";

Deno.test("putMetric() writes text with 5 decimals and no lease [MET-24] [REG-41]", () => {
  const key = `/hm/v1/metrics/${name}`;
  expect(putMetric(layout, { name, value: 17 })).toEqual({ kind: "put", key, value: "17.00000" });
  expect(putMetric(layout, { name, value: 72.3 })).toMatchObject({ value: "72.30000" });
  expect(putMetric(layout, { name, value: -1 })).toMatchObject({ value: "-1.00000" });
});

Deno.test("readMetric() says the latest value [MET-24] [REG-41]", async () => {
  await using fleet = new StoredFleet();
  for (const value of [17, 72.3]) {
    await fleet.store.transact({ guards: [], mutations: [putMetric(layout, { name, value })] });
    expect(await readMetric(fleet.store, layout, { name })).toEqual({ recorded: true, value });
  }
});

Deno.test("readMetric() is -1 and not recorded when nobody recorded it [MET-25]", async () => {
  await using fleet = new StoredFleet();
  const reading = await readMetric(fleet.store, layout, { name });
  expect(reading).toEqual({ recorded: false, value: -1 });
});

Deno.test("parseMetric() reads decimal numbers, also of other writers, and nothing else", () => {
  expect(["17.00000", "-1.00000", "3"].map(parseMetric)).toEqual([17, -1, 3]);
  for (const text of ["", "NaN", "1e5", "0x10", " 1", "1,5", `${"9".repeat(400)}`]) {
    expect(() => parseMetric(text)).toThrow(ParseError);
  }
});

Deno.test("readMetrics() skips a corrupt record and counts it [MET-18]", async () => {
  await using fleet = new StoredFleet();
  await fleet.put(layout.metricKey("StartMissing"), "3.00000");
  await fleet.put(layout.metricKey("StopExtra"), "many");
  const { store, log, metrics } = fleet;
  const values = await readMetrics(store, layout, { log, metrics });
  expect([...values]).toEqual([["StartMissing", 3]]);
  expect(metrics.get("corrupt_records")).toBe(1);
});

Deno.test("storedCounters() are the original's ten, 0 for what nobody recorded [MET-18]", () => {
  const names = [
    "StartCrashed",
    "StartMissing",
    "StartEvacuating",
    "StopExtra",
    "StopDuplicate",
    "StopEvacuationComplete",
    "DesiredStateSyncTimeInMilliseconds",
    "ActualStateListenerStoreUsagePercentage",
    "ReceivedHeartbeats",
    "SavedHeartbeats",
  ];
  expect(storedCounters(new Map())).toEqual(Object.fromEntries(names.map((one) => [one, 0])));
  expect(storedCounters(new Map([["StopExtra", 2]])).StopExtra).toBe(2);
});

Deno.test("what is stored is in the catalogue: no figure lands under an unknown or empty name [MET-29]", () => {
  const unknown = [...Object.keys(STORED_COUNTERS), ...FLEET_GAUGES].filter((one) =>
    !new Map<string, unknown>(METRICS).has(one)
  );
  expect(unknown).toEqual([]);
  expect([...METRICS.keys()].filter((one) => one.trim() === "")).toEqual([]);
});
