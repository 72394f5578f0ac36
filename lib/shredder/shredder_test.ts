import { expect } from "expect";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { type Fence, UNFENCED } from "../store/fence.ts";
import { LeadershipLostError } from "../store/store_errors.ts";
import { Shredder } from "./shredder.ts";

function shredder(fleet: StoredFleet, fence: Fence = UNFENCED): Shredder {
  const { store, log, metrics } = fleet;
  return new Shredder({ store, log, metrics, schemaVersion: 17, fence });
}

async function storedKeys(fleet: StoredFleet): Promise<string[]> {
  return Object.keys(await fleet.read("/"));
}

const KEPT = [
  "elsewhere/v3/a",
  "hm/locks-of-another/a",
  "hm/locks/analyzer",
  "hm/v17/a",
  "hm/v17/v1/deep",
  "hm/v18/newer",
];
const GONE = [
  "hm/delete/me",
  "hm/leaf",
  "hm/leaf-like/a",
  "hm/v16/a",
  "hm/v16/b/c",
  "hm/v1ola/a",
  "hm/v3/a",
];

Deno.test("pass() deletes all that is obsolete under /hm, and nothing else [SHR-01] [SHR-02] [SHR-03] [SHR-04] [SHR-05] [SHR-06] [REG-49] [REG-50]", async () => {
  await using fleet = new StoredFleet();
  for (const key of [...KEPT, ...GONE]) await fleet.put(`/${key}`, "");
  const deleted = await shredder(fleet).pass();
  expect(await storedKeys(fleet)).toEqual(KEPT);
  expect(deleted).toEqual([
    "/hm/delete",
    "/hm/leaf",
    "/hm/leaf-like",
    "/hm/v16",
    "/hm/v1ola",
    "/hm/v3",
  ]);
});

Deno.test("pass() keeps a plain key of the current schema even when its value is empty [SHR-10]", async () => {
  await using fleet = new StoredFleet();
  await fleet.put("/hm/v17/empty", "");
  expect(await shredder(fleet).pass()).toEqual([]);
  expect(await storedKeys(fleet)).toEqual(["hm/v17/empty"]);
});

Deno.test("pass() refuses a store that holds nothing of the current schema [SHR-13]", async () => {
  await using fleet = new StoredFleet();
  await fleet.put("/hm/v3/a", "");
  await expect(shredder(fleet).pass()).rejects.toThrow(/check store_schema_version/);
  expect(await storedKeys(fleet)).toEqual(["hm/v3/a"]);
});

Deno.test("pass() of a deposed leader deletes nothing [I9] [SHR-12]", async () => {
  await using fleet = new StoredFleet();
  for (const key of ["/hm/v3/a", "/hm/v17/a"]) await fleet.put(key, "");
  const fence: Fence = {
    component: "shredder",
    guards: [{ kind: "present", key: "/hm/locks/shredder" }],
    assertHeld() {},
  };
  await expect(shredder(fleet, fence).pass()).rejects.toThrow(LeadershipLostError);
  expect(await storedKeys(fleet)).toEqual(["hm/v17/a", "hm/v3/a"]);
});
