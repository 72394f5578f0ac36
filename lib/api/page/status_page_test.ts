import { expect } from "expect";
import { createStatusPage } from "./status_page.ts";

const page = createStatusPage();

Deno.test("the page is served with a policy that lets it load nothing from elsewhere", async () => {
  const response = await page.request("/");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(await response.text()).not.toMatch(/https?:\/\/|\son\w+=|<style|style=|<script>/);
});

Deno.test("every part that the page or another part names is there, and nothing else", async () => {
  const seen = new Set<string>();
  const waiting = [...(await (await page.request("/")).text()).matchAll(/"(page\/[\w.]+)"/g)]
    .map(([, path = ""]) => path);
  while (waiting.length > 0) {
    const path = waiting.pop() ?? "";
    if (seen.has(path)) continue;
    seen.add(path);
    const response = await page.request(`/${path}`);
    expect([path, response.status]).toEqual([path, 200]);
    const imports = (await response.text()).matchAll(/from "\.\/([\w.]+)"/g);
    waiting.push(...[...imports].map(([, name = ""]) => `page/${name}`));
  }
  expect(seen.size).toBeGreaterThan(10);
  expect((await page.request("/page/nothing.js")).status).toBe(404);
  expect((await page.request("/page/__proto__")).status).toBe(404);
});

Deno.test("a part that the browser has already is not sent again", async () => {
  const first = await page.request("/page/page.css");
  const headers = { "If-None-Match": first.headers.get("etag") ?? "" };
  const again = await page.request("/page/page.css", { headers });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  await first.body?.cancel();
});
