/**
 * The status page at `/`: one page without a build step, whose parts are text in the executable. It loads
 * nothing from elsewhere and may not: the policy it is served with says so to the browser.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import appViewsJs from "./assets/app_views.js" with { type: "text" };
import fleetViewsJs from "./assets/fleet_views.js" with { type: "text" };
import listViewsJs from "./assets/list_views.js" with { type: "text" };
import partsJs from "./assets/parts.js" with { type: "text" };
import questionsJs from "./assets/questions.js" with { type: "text" };
import askJs from "./assets/ask.js" with { type: "text" };
import domJs from "./assets/dom.js" with { type: "text" };
import formatJs from "./assets/format.js" with { type: "text" };
import iconSvg from "./assets/icon.svg" with { type: "text" };
import indexHtml from "./assets/index.html" with { type: "text" };
import mainJs from "./assets/main.js" with { type: "text" };
import pageCss from "./assets/page.css" with { type: "text" };
import realTimeJs from "./assets/real_time.js" with { type: "text" };
import themeJs from "./assets/theme.js" with { type: "text" };
import typesJs from "./assets/types.js" with { type: "text" };
import verdictJs from "./assets/verdict.js" with { type: "text" };

const HTML = "text/html; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const STYLE = "text/css; charset=utf-8";

/** One part of the page. */
interface Part {
  readonly type: string;
  readonly text: string;
}

/** What the page is made of, by what stands after `/page/`. */
const PARTS: ReadonlyMap<string, Part> = new Map([
  ["page.css", { type: STYLE, text: pageCss }],
  ["icon.svg", { type: "image/svg+xml", text: iconSvg }],
  ["app_views.js", { type: SCRIPT, text: appViewsJs }],
  ["fleet_views.js", { type: SCRIPT, text: fleetViewsJs }],
  ["list_views.js", { type: SCRIPT, text: listViewsJs }],
  ["parts.js", { type: SCRIPT, text: partsJs }],
  ["questions.js", { type: SCRIPT, text: questionsJs }],
  ["ask.js", { type: SCRIPT, text: askJs }],
  ["dom.js", { type: SCRIPT, text: domJs }],
  ["format.js", { type: SCRIPT, text: formatJs }],
  ["main.js", { type: SCRIPT, text: mainJs }],
  ["real_time.js", { type: SCRIPT, text: realTimeJs }],
  ["theme.js", { type: SCRIPT, text: themeJs }],
  ["types.js", { type: SCRIPT, text: typesJs }],
  ["verdict.js", { type: SCRIPT, text: verdictJs }],
]);

/** Everything comes from this server, nothing is inline, and nobody may frame it. */
const POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  "require-trusted-types-for 'script'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  // Asked about again each time, so that a page never outlives the server it belongs to.
  "Cache-Control": "no-cache",
};

/** The page's routes, to be put beside others. */
export function createStatusPage(): Hono {
  const app = new Hono();
  app.get("/", (c) => serve(c, { type: HTML, text: indexHtml }));
  app.get("/page/:part", (c) => {
    const part = PARTS.get(c.req.param("part"));
    return part === undefined ? c.notFound() : serve(c, part);
  });
  return app;
}

function serve(c: Context, { type, text }: Part): Response {
  const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  const headers = { ...HEADERS, "ETag": etag };
  if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
  return c.body(text, 200, { ...headers, "Content-Type": type });
}
