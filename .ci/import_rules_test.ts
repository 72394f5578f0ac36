import { expect } from "expect";
import {
  COMPONENTS,
  directionProblem,
  importedPath,
  isTest,
  roomOf,
  RULE_ASKERS,
  specifierProblem,
  TOOLS,
} from "./import_rules.ts";

Deno.test("roomOf() names the folder under lib, else the top of the tree", () => {
  expect(roomOf("lib/store/etcd/wire.ts")).toBe("store");
  expect(roomOf("cmd/hm9000.ts")).toBe("cmd");
  expect(roomOf("mod.ts")).toBe("mod.ts");
});

Deno.test("directionProblem() allows what points down the layers", () => {
  const allowed = [
    ["lib/models/app.ts", "lib/models/guid.ts"],
    ["lib/config/config.ts", "lib/models/basic_auth.ts"],
    ["lib/store/etcd_store.ts", "lib/config/config.ts"],
    ["lib/message_bus/nats_bus.ts", "lib/helpers/logger.ts"],
    ["lib/outbox/outbox.ts", "lib/store/store.ts"],
    ["lib/analyzer/analyzer.ts", "lib/outbox/outbox.ts"],
    ["lib/analyzer/analyzer.ts", "lib/analyzer/_private.ts"],
    ["lib/breakers/dea_loss.ts", "lib/config/config.ts"],
    ["lib/sender/sender.ts", "lib/breakers/dea_loss.ts"],
    ["cmd/analyzer.ts", "lib/analyzer/analyzer.ts"],
    ["cmd/_demo.ts", "test_helpers/dea.ts"],
    ["cmd/_demo/demo.ts", "test_helpers/simulated_platform.ts"],
    ["mod.ts", "lib/models/app.ts"],
    ["test_helpers/dea.ts", "lib/models/heartbeat.ts"],
    ["mcat/md/crashes_test.ts", "test_helpers/dea.ts"],
    ["lib/models/app_test.ts", "test_helpers/app.ts"],
    ["lib/models/app_test.ts", "lib/store/memory_store.ts"],
    [".ci/smoke_executable.ts", "test_helpers/nats_runner.ts"],
  ] as const;
  for (const [from, to] of allowed) {
    expect([from, to, directionProblem(from, to)]).toEqual([from, to, undefined]);
  }
});

Deno.test("directionProblem() refuses what points up, sideways or at test code", () => {
  const refused = [
    ["lib/models/app.ts", "lib/helpers/logger.ts"],
    ["lib/config/load.ts", "lib/helpers/logger.ts"],
    ["lib/helpers/logger.ts", "lib/config/config.ts"],
    ["lib/helpers/logger.ts", "lib/store/store.ts"],
    ["lib/message_bus/nats_bus.ts", "lib/store/store.ts"],
    ["lib/store/store.ts", "lib/message_bus/message_bus.ts"],
    ["lib/store/store.ts", "lib/outbox/outbox.ts"],
    ["lib/outbox/outbox.ts", "lib/analyzer/analyzer.ts"],
    ["lib/breakers/dea_loss.ts", "lib/helpers/logger.ts"],
    ["lib/breakers/dea_loss.ts", "lib/store/store.ts"],
    ["lib/store/store.ts", "lib/breakers/dea_loss.ts"],
    ["lib/api/api.ts", "test_helpers/dea.ts"],
    ["lib/api/api.ts", "mcat/md/fixture.ts"],
    ["lib/api/api.ts", "cmd/_wire.ts"],
    ["lib/api/api.ts", "mod.ts"],
    ["lib/unheard_of/x.ts", "lib/models/app.ts"],
    ["mod.ts", "cmd/hm9000.ts"],
    ["mod.ts", "test_helpers/dea.ts"],
    ["cmd/hm9000.ts", "test_helpers/dea.ts"],
    ["cmd/_demolition/wreck.ts", "test_helpers/dea.ts"],
    ["test_helpers/dea.ts", "mcat/md/fixture.ts"],
    ["mcat/md/fixture.ts", "cmd/hm9000.ts"],
    ["cmd/hm9000.ts", "lib/store/_private.ts"],
    ["lib/api/api_test.ts", "cmd/hm9000.ts"],
  ] as const;
  for (const [from, to] of refused) {
    expect([from, to, typeof directionProblem(from, to)]).toEqual([from, to, "string"]);
  }
});

Deno.test("directionProblem() keeps every component apart from every other, but for tools that ask the rules", () => {
  const rooms = [...COMPONENTS, ...TOOLS];
  for (const from of rooms) {
    for (const to of rooms) {
      const problem = directionProblem(`lib/${from}/a.ts`, `lib/${to}/b.ts`);
      const asksRules = RULE_ASKERS.includes(from) && ["analyzer", "sender"].includes(to);
      expect(problem === undefined).toBe(from === to || asksRules);
    }
  }
});

Deno.test("specifierProblem() wants packages by alias and files by relative path", () => {
  for (const fine of ["hono", "hono/body-limit", "node:crypto", "./a.ts", "../b/c.ts", "@a/b"]) {
    expect(specifierProblem(fine)).toBeUndefined();
  }
  for (const wrong of ["npm:hono", "jsr:@std/yaml", "https://x.y/z.ts", "file:///a.ts", "/a.ts"]) {
    expect(specifierProblem(wrong)).toContain(wrong);
  }
});

Deno.test("importedPath() resolves files within the repository and nothing else", () => {
  expect(importedPath("lib/api/api.ts", "../store/store.ts")).toBe("lib/store/store.ts");
  expect(importedPath("lib/api/api.ts", "./routes.ts")).toBe("lib/api/routes.ts");
  expect(importedPath("lib/api/api.ts", "@hm9000/hm9000")).toBe("mod.ts");
  expect(importedPath("lib/api/api.ts", "hono")).toBeUndefined();
});

Deno.test("isTest() knows tests by their name", () => {
  expect(isTest("lib/api/api_test.ts")).toBe(true);
  expect(isTest("lib/api/test_api.ts")).toBe(false);
});
