import { expect } from "expect";
import { logIdentity } from "./log_identity.ts";

Deno.test("logIdentity() is the original's identity of each component [CLI-13]", () => {
  const components = [
    "desired_state_listener",
    "actual_state_listener",
    "analyzer",
    "sender",
    "evacuator",
    "metrics_server",
    "api",
    "shredder",
    "dump",
  ];
  expect(components.map(logIdentity)).toEqual([
    "vcap.hm9000.fetcher",
    "vcap.hm9000.listener",
    "vcap.hm9000.analyzer",
    "vcap.hm9000.sender",
    "vcap.hm9000.evacuator",
    "vcap.hm9000.metrics_server",
    "vcap.hm9000.api_server",
    "vcap.hm9000.shredder",
    "vcap.hm9000.dumper",
  ]);
});
