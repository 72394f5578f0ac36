import { expect } from "expect";
import { lockedPackages } from "./locked.ts";

Deno.test("lockedPackages() names every version of every package, peers left out", () => {
  const npm = {
    "hono@4.10.1": {},
    "@nats-io/nats-core@3.2.0": {},
    "acorn-jsx@5.3.2_acorn@8.15.0": {},
    "ws@7.5.10": {},
    "ws@8.18.3": {},
  };
  expect(lockedPackages(JSON.stringify({ npm }))).toEqual({
    "hono": ["4.10.1"],
    "@nats-io/nats-core": ["3.2.0"],
    "acorn-jsx": ["5.3.2"],
    "ws": ["7.5.10", "8.18.3"],
  });
});

Deno.test("lockedPackages() reads the repository's own", async () => {
  const lock = await Deno.readTextFile(new URL("../../deno.lock", import.meta.url));
  expect(Object.keys(lockedPackages(lock))).toContain("etcd3");
});

Deno.test("lockedPackages() throws when there is nothing to ask about", () => {
  expect(() => lockedPackages("{}")).toThrow("names no package of npm");
  expect(() => lockedPackages('{"npm":{"":{}}}')).toThrow("which names no package");
});
