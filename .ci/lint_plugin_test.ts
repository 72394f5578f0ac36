import { expect } from "expect";
import { house } from "./lint_plugin.ts";

const DOC = "/** What it is for.\n *\n * @module\n */\n";

/** What the rule `id` says of `source` when it stands at `path`. */
function findings(id: string, path: string, source: string): string[] {
  const rule = house.rules[id];
  if (rule === undefined) throw new Error(`no rule "${id}"`);
  const plugin = { name: house.name, rules: { [id]: rule } };
  return Deno.lint.runPlugin(plugin, path, source).map(({ message }) => message);
}

interface Cases {
  readonly fine: readonly (readonly [path: string, source: string])[];
  readonly wrong: readonly (readonly [path: string, source: string])[];
}

/** Declares one test for a rule: silent on what is fine, exactly one finding on what is wrong. */
function testRule(id: string, { fine, wrong }: Cases): void {
  Deno.test(`house/${id} passes what is right and finds what is wrong`, () => {
    for (const [path, source] of fine) {
      expect([path, source, findings(id, path, source)]).toEqual([path, source, []]);
    }
    for (const [path, source] of wrong) {
      expect([path, source, findings(id, path, source).length]).toEqual([path, source, 1]);
    }
  });
}

/** The same path for many sources. */
function at(path: string, ...sources: string[]): [path: string, source: string][] {
  return sources.map((source) => [path, source]);
}

testRule("import-direction", {
  fine: [
    ["lib/store/a.ts", `import type { Config } from "../config/config.ts";`],
    ["lib/store/a_test.ts", `import { FakeLogger } from "../../test_helpers/fake_logger.ts";`],
    ["lib/store/a.ts", `import { Hono } from "hono";`],
    ["cmd/_demo.ts", `import { Dea } from "../test_helpers/dea.ts";`],
  ],
  wrong: [
    ["lib/store/a.ts", `import { b } from "../outbox/b.ts";`],
    ["lib/store/a.ts", `import type { B } from "../message_bus/b.ts";`],
    ["lib/store/a.ts", `export { b } from "../api/b.ts";`],
    ["lib/store/a.ts", `export * from "../api/b.ts";`],
    ["lib/store/a.ts", `const b = await import("../api/b.ts");`],
    ["lib/store/a.ts", `type B = import("../api/b.ts").B;`],
    ["lib/store/a.ts", `import { App } from "@hm9000/hm9000";`],
    ["lib/store/a.ts", `import { Dea } from "../../test_helpers/dea.ts";`],
    ["mod.ts", `export { main } from "./cmd/hm9000.ts";`],
    ["cmd/api.ts", `import { x } from "../lib/store/_x.ts";`],
  ],
});

testRule("import-alias", {
  fine: at("lib/api/a.ts", `import "hono";`, `import "node:fs";`, `import "./b.ts";`),
  wrong: at(
    "lib/api/a.ts",
    `import "npm:hono@4";`,
    `import "jsr:@std/yaml";`,
    `export { x } from "https://deno.land/x/x.ts";`,
    `await import("npm:hono@4");`,
  ),
});

testRule("no-dynamic-package", {
  fine: [
    ...at(
      "lib/api/a.ts",
      `await import("./b.ts");`,
      `await import("node:fs");`,
      `await import(x);`,
    ),
    ...at("lib/api/a.ts", `import { Etcd3 } from "etcd3";`),
    ...at("lib/api/a_test.ts", `await import("etcd3");`),
  ],
  wrong: at("lib/api/a.ts", `await import("etcd3");`),
});

const lines = (count: number) => `{\n${"x();\n".repeat(count - 2)}}`;

testRule("function-length", {
  fine: at(
    "lib/api/a.ts",
    `function f() ${lines(70)}`,
    `class C { m() ${lines(70)} }`,
    `// before\n\n\nconst f = () => ${lines(70)};\n\n// after`,
  ),
  wrong: at(
    "lib/api/a.ts",
    `function f() ${lines(71)}`,
    `class C { m() ${lines(71)} }`,
    `const f = () => ${lines(71)};`,
    `const f = async function () ${lines(71)};`,
    `Deno.test("x", () => ${lines(71)});`,
  ),
});

testRule("max-params", {
  fine: at(
    "lib/api/a.ts",
    `export function f(a: A, b: B) {}`,
    `export function f(a: A, b: B, options: Options = {}) {}`,
    `export function f(a: A, b: B, { c, d }: Options) {}`,
    `export function f(a: A, b: B, { c }: Options = {}) {}`,
    `export function f(a: A, b: B, what: { c: C }) {}`,
    `export function f(a: A, b: B, deps: Deps) {}`,
    `export function f(a: A, b: B, readOptions: Options) {}`,
    `function inner(a: A, b: B, c: C, d: D) {}`,
    `export class C { m(a: A, b: B, c: C) {} }`,
  ),
  wrong: at(
    "lib/api/a.ts",
    `export function f(a: A, b: B, c: C) {}`,
    `export function f(a: A, b: B, c = 1) {}`,
    `export function f(a: A, b: B, ...c: C[]) {}`,
    `export function f(a: A, b: B, c: C, options: Options) {}`,
    `export async function f(a: A, b: B, c: C) {}`,
    `export const f = (a: A, b: B, c: C) => {};`,
    `function f(a: A, b: B, c: C) {}\nexport { f };`,
    `function f(a: A, b: B, c: C) {}\nexport { f as g };`,
  ),
});

testRule("exported-function-style", {
  fine: at(
    "lib/api/a.ts",
    `export function f() {}`,
    `export const LIMIT = 3;`,
    `export const FAKE = { now: () => 1 };`,
    `const inner = () => 1;`,
    `export function f() { const g = () => 1; return g; }`,
  ),
  wrong: at(
    "lib/api/a.ts",
    `export const f = () => 1;`,
    `export const f = async () => {};`,
    `export const f = function () {};`,
    `const a = 1, f = () => a;\nexport { f };`,
  ),
});

testRule("no-private-keyword", {
  fine: at(
    "lib/api/a.ts",
    `class C { #x = 1; readonly y = 2; #m() {} }`,
    `class C { private constructor() {} }`,
  ),
  wrong: at(
    "lib/api/a.ts",
    `class C { private x = 1; }`,
    `class C { private m() {} }`,
    `class C { constructor(private readonly x: X) {} }`,
    `const é = "日本語 🙂"; class C { constructor(private x = 1) {} }`,
  ),
});

testRule("no-enum", {
  fine: at("lib/api/a.ts", `type State = "STARTED" | "STOPPED";`),
  wrong: at("lib/api/a.ts", `enum State { Started }`, `export const enum State { Started }`),
});

testRule("no-export-default", {
  fine: at("lib/api/a.ts", `export function f() {}`, `import yaml from "yaml";`),
  wrong: at(
    "lib/api/a.ts",
    `export default function f() {}`,
    `export default {};`,
    `const f = 1; export { f as default };`,
  ),
});

testRule("no-export-star", {
  fine: at("mod.ts", `export { f } from "./lib/models/app.ts";`, `import * as f from "./f.ts";`),
  wrong: at("mod.ts", `export * from "./lib/models/app.ts";`, `export * as m from "./m.ts";`),
});

testRule("no-ambient", {
  fine: [
    ...at(
      "lib/api/a.ts",
      `time.now();`,
      `new Date(0);`,
      `this.setTimeout(1);`,
      `const fake = { setTimeout: 1 };`,
      `const at: Date = x;`,
      `Date.parse("2020-01-01");`,
      `Math.floor(1.5);`,
      `await crypto.subtle.digest("SHA-256", bytes);`,
      `import { createHash } from "node:crypto";`,
    ),
    ["lib/helpers/real_time_provider.ts", `setTimeout(f, Date.now());`],
    ["lib/helpers/real_random_test.ts", `Math.random();`],
    ["test_helpers/nats_runner.ts", `setTimeout(f, 1);`],
    ["test_helpers/etcd_process.ts", `setTimeout(f, 1);`],
    ["test_helpers/process_runner.ts", `setTimeout(f, 1);`],
    ["test_helpers/real_servers.ts", `setTimeout(f, 1);`],
    ["mcat/phd/store_bench.ts", `performance.now();`],
  ],
  wrong: [
    ...at(
      "lib/api/a.ts",
      `Date.now();`,
      `const clock = Date.now;`,
      `Date["now"]();`,
      `globalThis.Date.now();`,
      `new Date();`,
      `Date();`,
      `setTimeout(f, 1);`,
      `globalThis.setTimeout(f, 1);`,
      `setInterval(f, 1);`,
      `const timers = { setTimeout };`,
      `const timers = { start: setTimeout };`,
      `const { now } = Date;`,
      `schedule(setTimeout);`,
      `Math.random();`,
      `crypto.randomUUID();`,
      `globalThis.crypto.randomUUID();`,
      `performance.now();`,
      `import { setTimeout as sleep } from "node:timers/promises";`,
      `import { randomUUID } from "node:crypto";`,
    ),
    ["lib/api/a_test.ts", `Date.now();`],
    ["lib/api/real_clock.ts", `Date.now();`],
    ["lib/api/process_runner.ts", `Date.now();`],
    ["cmd/api.ts", `Date.now();`],
    ["test_helpers/dea.ts", `Date.now();`],
    ["mcat/md/crashes_test.ts", `setTimeout(f, 1);`],
  ],
});

testRule("file-name", {
  fine: [
    ...at("lib/api/bulk_app_state.ts", ""),
    ...at("lib/api/_private.ts", ""),
    ...at("lib/api/api_test.ts", ""),
    ...at("mod.ts", ""),
  ],
  wrong: [
    ...at("lib/api/bulkAppState.ts", ""),
    ...at("lib/api/bulk-app-state.ts", ""),
    ...at("lib/api/api.test.ts", ""),
  ],
});

testRule("module-doc", {
  fine: [
    ["lib/api/a.ts", `${DOC}export {};`],
    ["lib/api/a.ts", `/**\n * Why.\n *\n * @module\n */\nexport {};`],
    ["cmd/a.ts", `#!/usr/bin/env -S deno run\n/**\n * Why.\n *\n * @module\n */\nexport {};`],
    ["lib/api/a_test.ts", `Deno.test("x", () => {});`],
  ],
  wrong: [
    ["lib/api/a.ts", `export {};`],
    ["lib/api/a.ts", `/** Something. */\nexport {};`],
    ["lib/api/a.ts", `import "./b.ts";\n/**\n * Late.\n *\n * @module\n */`],
    ["lib/api/a.ts", `/** Why. */\nconst x = 1;\n/**\n * @module\n */`],
  ],
});

testRule("no-undone-comments", {
  fine: at("lib/api/a.ts", `const TODO = "todo";`, `// the todo list of an app`, `"TODO"`),
  wrong: at("lib/api/a.ts", `// TODO later`, `/* FIXME: broken */`, `/**\n * TODO\n */\nf();`),
});

Deno.test("the plugin's every rule is tested here", async () => {
  const source = await Deno.readTextFile(new URL(import.meta.url));
  const tested = [...source.matchAll(/^testRule\("([a-z-]+)"/gm)].map((match) => match[1]);
  expect(tested.sort()).toEqual(Object.keys(house.rules).sort());
});
