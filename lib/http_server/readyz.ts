/**
 * `/readyz`: whether a process can do its work, in the form that etcd and Kubernetes give it. Every check
 * has a name; `verbose` shows them all, `exclude=NAME` leaves one out, as often as it is given. A process
 * that stands by is ready: it does what it is there for.
 *
 * What a check costs, it costs once a second however many ask.
 *
 * @module
 */

import { Hono } from "hono";
import { withPatience } from "../helpers/patience.ts";
import { recent } from "../helpers/recent.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";

/** What a check found. */
export interface CheckResult {
  readonly ok: boolean;
  /** A few words, for people; no secret and no app, since nobody is asked who they are. */
  readonly detail: string;
}

/** Something that must be so for a process to be ready. */
export interface ReadyCheck {
  /** As it is excluded by. */
  readonly name: string;
  /** Finds out; an error is a failure without details. */
  readonly find: () => Promise<CheckResult>;
}

/** `/healthz` and `/readyz`, which ask for no credentials. */
export function healthRoutes(checks: readonly ReadyCheck[], time: TimeProvider): Hono {
  const lines = recent(() => Promise.all(checks.map((check) => run(check, time))), time);
  const app = new Hono();
  app.get("/healthz", (c) => c.text("ok"));
  app.get("/readyz", async (c) => {
    const excluded = c.req.queries("exclude") ?? [];
    const found = (await lines()).map((line) =>
      excluded.includes(line.name) ? { ...line, ok: true, sign: "[+]", text: "excluded: ok" } : line
    );
    const ready = found.every(({ ok }) => ok);
    if (ready && c.req.query("verbose") === undefined) return c.text("ok");
    const told = found.map(({ sign, name, text }) => `${sign}${name} ${text}`);
    const unknown = excluded.filter((name) => !checks.some((check) => check.name === name))
      .slice(0, 10).map((name) => `[?]${name.slice(0, 50)} excluded: there is no such check`);
    const verdict = `readyz check ${ready ? "passed" : "failed"}`;
    return c.text(`${[...told, ...unknown, verdict].join("\n")}\n`, ready ? 200 : 503);
  });
  return app;
}

interface Line {
  readonly name: string;
  readonly ok: boolean;
  readonly sign: "[+]" | "[-]";
  readonly text: string;
}

async function run({ name, find }: ReadyCheck, time: TimeProvider): Promise<Line> {
  const { ok, detail } = await outcome(find, time);
  const text = detail === "" ? "" : `: ${detail}`;
  return { name, ok, sign: ok ? "[+]" : "[-]", text: `${ok ? "ok" : "failed"}${text}` };
}

async function outcome(find: ReadyCheck["find"], time: TimeProvider): Promise<CheckResult> {
  try {
    return await withPatience(find(), time) ?? { ok: false, detail: "no answer in time" };
  } catch {
    return { ok: false, detail: "" }; // Whoever works with it says why; here anybody may ask.
  }
}
