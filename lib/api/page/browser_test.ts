/**
 * The status page in a real browser, over a fleet that is served as the API serves it.
 *
 * @module
 */

import axe from "axe-core";
import { expect } from "expect";
import type { Page } from "playwright-core";
import {
  BUSTLING_NOW,
  bustlingApp,
  bustlingPage,
  holdStops,
} from "../../../test_helpers/bustling_fleet.ts";
import { RealTimeProvider } from "../../helpers/real_time_provider.ts";
import { desiredAppStateToCsv } from "../../models/desired_app_state.ts";
import { instanceHeartbeatToCsv } from "../../models/instance_heartbeat.ts";
import type { Mutation } from "../../store/store.ts";
import { AppFixture } from "../../../test_helpers/app.ts";
import { ServedFleet } from "../../../test_helpers/served_fleet.ts";
import { ServedPage } from "../../../test_helpers/served_page.ts";
import { type LookOptions, WebBrowser } from "../../../test_helpers/web_browser.ts";

const MARKUP = `<img src=x onerror="document.title='owned'">`;
const LARGE_APPS = 100_000;

let browser: WebBrowser | undefined;

Deno.test.beforeAll(async () => {
  browser = await WebBrowser.start();
});

Deno.test.afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
});

/** The browser keeps connections and timers of its own between tests. */
function browserTest(name: string, run: () => Promise<void>): void {
  Deno.test({ name, sanitizeOps: false, sanitizeResources: false, fn: run });
}

async function open(served: ServedPage, look: LookOptions & { readonly hash?: string } = {}) {
  if (browser === undefined) throw new Error("The browser does not run");
  const url = `${served.url}${look.hash ?? ""}`;
  const page = await browser.open(url, { nowSeconds: BUSTLING_NOW, ...look });
  await page.locator("#apps table").waitFor();
  return page;
}

/** The texts of all elements that match, with single spaces. */
async function texts(page: Page, selector: string): Promise<string[]> {
  const found = await page.locator(selector).allInnerTexts();
  return found.map((text) => text.replaceAll(/\s+/g, " ").trim());
}

browserTest("the page shows how the platform is, worst first", async () => {
  await using served = await bustlingPage();
  await holdStops(served.fleet, "upgrade under way");
  await served.fleet.mirror.caughtUp();
  const page = await open(served);
  expect(await texts(page, ".finding")).toEqual([
    "✕ Missing 11 of 62 desired instances, in 11 apps",
    "! Stops are held by ada until 03:37:12, in 30 min: upgrade under way",
    "! Crashed 1 instance, in 1 app",
    "! Not desired 1 app that nobody wants to run",
  ]);
  expect(await texts(page, ".count")).toEqual([
    ...["62 desired", "50 ● running", "1 ◐ starting", "11 ○ missing", "1 ✕ crashed"],
    "0 ◌ evacuating",
  ]);
  expect(await texts(page, "#apps tbody tr")).toContain(
    "billing 7d1f4c1e 2/3 running ○ 1 missing",
  );
  expect(await texts(page, "#queue tbody tr")).toEqual(expect.arrayContaining([
    "start checkout index 1 MISSING sent 4 s ago, judged again in 26 s",
    "stop oldshop 7d1f4c1e-instance-0 EXTRA held, due for 2 s",
    "start exports index 2 CRASHED in 54 s",
  ]));
  expect(await texts(page, "#deas tbody tr")).toContain("dea-3-eu-central-1a 5 6 s ago");
  expect((await texts(page, "#timeline li"))[0]).toContain("03:07:08 start sent checkout index 1");
  expect(await texts(page, "#knowledge dd")).toEqual(
    expect.arrayContaining(["fresh since 18:00:01, 9 h 7 min", "2f0e6a52-1c7… epoch 6"]),
  );
  expect(await page.title()).toBe(
    "Missing, Stops are held, Crashed, Not desired · hm9000",
  );
});

browserTest("the page follows what changes, without being loaded again", async () => {
  await using served = await bustlingPage();
  const page = await open(served);
  await page.locator(".link", { hasText: "live" }).waitFor();
  await page.evaluate("globalThis.stillHere = true");
  const { fleet } = served;
  const missing = bustlingApp("billing");
  await fleet.desire({ ...missing.desiredState({ instances: 30 }) });
  fleet.time.advance(2_000);
  await page.locator(".finding", { hasText: "Missing 38 of 89" }).waitFor();
  await fleet.decide((BUSTLING_NOW + 2) * 1000, {
    ...{ at: BUSTLING_NOW + 2, component: "sender", kind: "start_sent", instanceIndex: 7 },
    ...{ appGuid: "billing", appVersion: "v", reason: "MISSING", why: "index 7 has nothing" },
  });
  fleet.time.advance(2_000);
  await page.locator("#timeline li", { hasText: "index 7 has nothing" }).waitFor();
  expect(await page.evaluate("globalThis.stillHere")).toBe(true);
});

browserTest(
  "the page says since when the connection is lost, and comes back by itself",
  async () => {
    await using served = await bustlingPage();
    const page = await open(served);
    await served.stop();
    await page.locator(".finding.bad", { hasText: "Connection lost since 03:07:12" }).waitFor();
    expect((await texts(page, "#link"))[0]).toBe("lost since 03:07:12");
    expect(await page.locator("main.lost").count()).toBe(1);
    expect((await texts(page, ".finding"))[0]).toContain("What you see below is from then.");
    served.restart();
    await page.locator("main:not(.lost)").waitFor();
    expect(await page.locator(".finding", { hasText: "Connection lost" }).count()).toBe(0);
  },
);

browserTest("the page never shows what is stale as fresh", async () => {
  await using served = await bustlingPage();
  const { fleet } = served;
  await fleet.remove(fleet.layout.actualFreshKey);
  await fleet.mirror.caughtUp();
  const page = await open(served);
  expect((await texts(page, ".finding"))[0]).toMatch(
    /^✕ Stale: hm9000 is not acting no heartbeats were saved of late/,
  );
  expect((await texts(page, "#knowledge dd"))[0]).toBe("not fresh");
  fleet.cutOff();
  fleet.time.advance(5_000);
  await page.locator(".finding.bad", { hasText: "The store was last heard of" }).waitFor();
});

browserTest("an app is found and explained, index by index, with the keyboard alone", async () => {
  await using served = await bustlingPage();
  const page = await open(served);
  await page.keyboard.press("/");
  await page.keyboard.type("exports");
  await page.keyboard.press("Enter");
  await page.locator("#explanation tbody tr").first().waitFor();
  expect(await page.evaluate("document.activeElement.id")).toBe("explanation-heading");
  const explained = (await texts(page, "#explanation tbody tr")).join("\n");
  expect(explained).toMatch(/^0 ● running nothing/);
  expect(explained).toMatch(/\n1 ○ missing the next analysis.* queues a start/);
  expect(explained).toMatch(/\n2 ✕ crashed 4 crashes start \(CRASHED\) is sent in 54 s/);
  expect(page.url()).toContain("#app=exports");
  await page.keyboard.press("Escape");
  await page.locator("#explanation").waitFor({ state: "hidden" });
  await page.keyboard.type("nobody-knows-me");
  await page.keyboard.press("Enter");
  await page.locator("#explanation [role=alert]").waitFor();
  expect((await texts(page, "#explanation [role=alert]"))[0]).toContain(
    "neither desired nor reported nor waited for",
  );
});

browserTest(
  "everything that can be done can be reached by Tab, and focus survives updates",
  async () => {
    await using served = await bustlingPage();
    const page = await open(served);
    const reached = new Set<string>();
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press("Tab");
      reached.add(String(await page.evaluate("document.activeElement.textContent.trim()")));
    }
    for (
      const wanted of ["Skip to apps", "Explain", "Theme: auto", "All 17", "webhooks", "exports"]
    ) {
      expect([...reached]).toContain(wanted);
    }
    const tab = page.locator(".tab", { hasText: "All" });
    await tab.focus();
    await page.keyboard.press("Enter");
    await page.locator("#apps tbody tr", { hasText: "catalog" }).waitFor();
    await served.fleet.desire(bustlingApp("billing").desiredState({ instances: 30 }));
    served.fleet.time.advance(2_000);
    await page.locator(".finding", { hasText: "of 89" }).waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("All 17");
    expect(await tab.getAttribute("aria-pressed")).toBe("true");
  },
);

for (const look of [{ theme: "light" }, { theme: "dark" }, { width: 360, height: 740 }] as const) {
  browserTest(`axe finds nothing to object to: ${JSON.stringify(look)}`, async () => {
    await using served = await bustlingPage();
    await holdStops(served.fleet, "upgrade under way");
    const page = await open(served, { ...look, hash: "#app=exports" });
    await page.locator("#explanation tbody tr").first().waitFor();
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate("axe.run()") as axe.AxeResults;
    const told = violations.map(({ id, nodes }) =>
      `${id}: ${nodes.map(({ html }) => html).join()}`
    );
    expect(told).toEqual([]);
  });
}

browserTest("screen readers find landmarks, headings and names", async () => {
  await using served = await bustlingPage();
  const page = await open(served);
  const tree = await page.locator("body").ariaSnapshot();
  for (
    const part of [
      ...["banner:", "main:", "contentinfo:", "search:", 'searchbox "App guid"'],
      ...['heading "hm9000" [level=1]', 'heading "Apps" [level=2]', 'heading "Starts and stops"'],
      ...[
        'region "Instances by state"',
        'region "DEAs 5 present"',
        'button "Missing 11" [pressed]',
      ],
      ...['columnheader "Last heartbeat"', "- status: Missing, Crashed, Not desired"],
    ]
  ) expect(tree).toContain(part);
});

browserTest("a phone of 360 pixels needs no scrolling sideways", async () => {
  await using served = await bustlingPage();
  await holdStops(served.fleet, "x".repeat(300));
  await served.fleet.desire(
    bustlingApp("0b2f3c64-8f7e-4a83-9d3a-6f0f4c1f7e2a").desiredState({ instances: 2 }),
  );
  await served.fleet.mirror.caughtUp();
  const page = await open(served, { width: 360, height: 740, hash: "#app=exports" });
  await page.locator("#explanation tbody tr").first().waitFor();
  const widths = await page.evaluate(
    "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
  ) as number[];
  expect(widths).toEqual([360, 360]);
});

browserTest("the theme follows the system until one is chosen, which is remembered", async () => {
  await using served = await bustlingPage();
  const page = await open(served, { theme: "dark" });
  const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  expect(await background()).toBe("rgb(13, 17, 23)");
  await page.locator("#theme").click();
  await page.locator("#theme", { hasText: "Theme: dark" }).click();
  expect(await background()).toBe("rgb(244, 245, 247)");
  await page.reload();
  expect(await page.locator("#theme").innerText()).toBe("Theme: light");
  expect(await background()).toBe("rgb(244, 245, 247)");
});

browserTest("markup from elsewhere is shown, and is not obeyed", async () => {
  await using served = await bustlingPage();
  await holdStops(served.fleet, MARKUP);
  await served.fleet.decide(BUSTLING_NOW * 1000, {
    ...{ at: BUSTLING_NOW, component: "sender", kind: "stop_sent", appGuid: "", appVersion: "" },
    ...{ reason: MARKUP, why: MARKUP },
  });
  await served.fleet.mirror.caughtUp();
  const page = await open(served, { hash: `#app=${encodeURIComponent(MARKUP)}` });
  const hostile = { droplet: MARKUP, version: MARKUP, states: [], instances: { desired: 1 } };
  await page.route(
    "**/v1/apps?*",
    (route) => route.fulfill({ json: { page: 1, per_page: 20, total: 1, apps: [hostile] } }),
  );
  await page.route("**/v1/deas?*", (route) =>
    route.fulfill({
      json: {
        page: 1,
        per_page: 12,
        total: 1,
        deas: [{ guid: MARKUP, instances: 1, renewed_at: 1 }],
      },
    }));
  await page.locator("#apps tbody", { hasText: "<img" }).waitFor();
  await page.locator("#deas tbody", { hasText: "<img" }).waitFor();
  expect((await texts(page, ".finding")).join()).toContain(MARKUP);
  expect((await texts(page, "#timeline li")).join()).toContain(MARKUP);
  expect((await texts(page, "#explanation h2")).join()).toContain(MARKUP);
  expect(await page.locator("main img").count()).toBe(0);
  expect(await page.title()).not.toContain("owned");
});

browserTest(`with ${LARGE_APPS} apps, what is fetched and drawn stays small`, async () => {
  const fleet = new ServedFleet(BUSTLING_NOW);
  await putLargeFleet(fleet);
  await using served = ServedPage.start(fleet);
  await fleet.mirror.caughtUp();
  const time = new RealTimeProvider();
  const beganMs = time.monotonicMs();
  const page = await open(served);
  const pictureMs = time.monotonicMs() - beganMs;
  await page.locator(".finding", { hasText: "Missing 1,000 of 100,000" }).waitFor();
  await page.locator("#apps .pager", { hasText: "1 of 50" }).waitFor();
  const asked = served.served.filter(({ path }) => path.startsWith("/v1/"));
  for (const { path, bytes } of asked) expect([path, bytes < 16_384]).toEqual([path, true]);
  for (const list of ["All", "Running"]) {
    await page.locator(".tab", { hasText: list }).click();
    await page.locator("#apps .pager", { hasText: /of (5,000|4,950)/ }).waitFor();
  }
  await page.locator("#apps .pager button", { hasText: "Next" }).click();
  await page.locator("#apps .pager", { hasText: "2 of" }).waitFor();
  await page.locator("#guid").fill("app-77777");
  await page.keyboard.press("Enter");
  await page.locator("#explanation tbody tr").first().waitFor();
  expect(Number(await page.evaluate("document.querySelectorAll('*').length"))).toBeLessThan(1_000);
  const bytes = served.served.reduce((sum, answer) => sum + answer.bytes, 0);
  console.log(`${bytes} bytes in all; the first picture took ${Math.round(pictureMs)} ms`);
});

/** An app an instance, on a hundred DEAs, of which one has just died. */
async function putLargeFleet(fleet: ServedFleet): Promise<void> {
  const { layout, store } = fleet;
  await fleet.makeFresh(BUSTLING_NOW - 1_000);
  let mutations: Mutation[] = [];
  const flush = async () => {
    await store.transact({ guards: [], mutations });
    mutations = [];
  };
  for (let dea = 1; dea < 100; dea += 1) {
    const deaGuid = `dea-${dea}`;
    await fleet.put(layout.presenceKey(deaGuid), deaGuid);
  }
  for (let at = 0; at < LARGE_APPS; at += 1) {
    const app = new AppFixture(`app-${at}`, { deaGuid: `dea-${at % 100}` });
    const instance = app.instanceAtIndex(0).heartbeat();
    mutations.push(
      { kind: "put", key: layout.desiredKey(app), value: desiredAppStateToCsv(app.desiredState()) },
      { kind: "put", key: layout.actualKey(instance), value: instanceHeartbeatToCsv(instance) },
    );
    if (mutations.length + 2 > store.operationsMax) await flush();
  }
  if (mutations.length > 0) await flush();
}
