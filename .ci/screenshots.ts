/**
 * `deno task screenshots`: takes the pictures of the status page that the documentation shows. The fleet
 * and the time on them are always the same, so the files change only when the page does.
 *
 * @module
 */

import { BUSTLING_NOW, bustlingPage, holdStops } from "../test_helpers/bustling_fleet.ts";
import { type LookOptions, WebBrowser } from "../test_helpers/web_browser.ts";

const FOLDER = new URL("../docs/images/", import.meta.url).pathname;

/** Each picture and how it is looked at. */
const PICTURES: Readonly<Record<string, LookOptions & { readonly hash?: string }>> = {
  "status_light": { width: 1280 },
  "status_dark": { width: 1280, theme: "dark", hash: "#app=exports" },
  "status_phone": { width: 360, height: 780 },
};

if (import.meta.main) {
  await using served = await bustlingPage();
  await holdStops(served.fleet, "DEA upgrade under way, stops would pile up");
  await served.fleet.mirror.caughtUp();
  await using browser = await WebBrowser.start();
  for (const [name, look] of Object.entries(PICTURES)) {
    const url = `${served.url}${look.hash ?? ""}`;
    const page = await browser.open(url, { ...look, nowSeconds: BUSTLING_NOW });
    await page.locator("#apps table").waitFor();
    await page.locator(".link", { hasText: "live" }).waitFor();
    if (look.hash !== undefined) await page.locator("#explanation tbody").waitFor();
    await page.evaluate("document.activeElement?.blur()");
    await page.screenshot({ path: `${FOLDER}${name}.png`, fullPage: look.height === undefined });
    console.log(`docs/images/${name}.png`);
  }
}
