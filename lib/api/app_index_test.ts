import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import type { App } from "../models/app.ts";
import { AppIndex } from "./app_index.ts";

function appOf(number: number, running: number): { readonly key: string; readonly app: App } {
  const id = { appGuid: `app-${number}`, appVersion: "v1" };
  const fixture = new AppFixture(`app-${number}`, id);
  const app = fixture.app({
    desired: { instances: 1 },
    instances: fixture.runningInstances(running),
  });
  return { key: `app-${number},v1`, app };
}

/** 3,000 apps, so several blocks; every third misses its instance. */
function filled(): AppIndex {
  const index = new AppIndex();
  for (let number = 0; number < 3_000; number += 1) {
    const { key, app } = appOf(number, number % 3 === 0 ? 0 : 1);
    index.set(key, { app, queued: false });
  }
  return index;
}

Deno.test("AppIndex gives every app of a list once, page by page, over all blocks", () => {
  const index = filled();
  const found: string[] = [];
  for (let offset = 0; offset < 1_100; offset += 100) {
    found.push(...index.page("missing", { offset, limit: 100 }));
  }
  expect(found).toHaveLength(1_000);
  expect(new Set(found).size).toBe(1_000);
  expect(found[999]).toBe("app-2997,v1");
  expect(index.counts.apps).toMatchObject({ all: 3_000, running: 2_000, missing: 1_000 });
});

Deno.test("AppIndex takes an app off what it was, and gives its place to another", () => {
  const index = filled();
  const { key, app } = appOf(3, 1);
  index.set(key, { app, queued: true });
  index.set("app-0,v1", undefined);
  index.set("app-0,v1", undefined);
  expect(index.counts.apps).toMatchObject({ all: 2_999, running: 2_001, missing: 998, queued: 1 });
  expect(index.versions("app-0")).toEqual([]);
  const next = appOf(7_000, 0);
  index.set(next.key, { app: next.app, queued: false });
  expect(index.page("missing", { offset: 0, limit: 2 })).toEqual(["app-7000,v1", "app-6,v1"]);
  expect([...index.keys()]).toHaveLength(3_000);
});
