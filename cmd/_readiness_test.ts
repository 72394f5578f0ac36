import { expect } from "expect";
import { StoredFleet } from "../test_helpers/stored_fleet.ts";
import { parseConfig } from "../lib/config/parse_config.ts";
import { healthRoutes } from "../lib/http_server/readyz.ts";
import { type ReadinessDeps, readyChecks } from "./_readiness.ts";

const { config } = parseConfig({ text: "", path: "hm9000.yml", env: {} });

async function readyz(
  fleet: StoredFleet,
  differing: Partial<ReadinessDeps> = {},
): Promise<[status: number, lines: string[]]> {
  const { store, layout, time, metrics } = fleet;
  const checks = readyChecks({ store, layout, time, config, metrics, ...differing });
  const response = await healthRoutes(checks, time).request("/readyz?verbose");
  return [response.status, (await response.text()).trimEnd().split("\n")];
}

Deno.test("readyChecks() pass when the store is reached and fresh; who stands by is ready", async () => {
  await using fleet = new StoredFleet();
  await fleet.makeFresh();
  fleet.metrics.series.mark("leading", { component: "analyzer" }, 0);
  fleet.metrics.series.mark("leading", { component: "sender" }, 1);
  const bus = { connected: true };
  const [status, lines] = await readyz(fleet, { led: ["analyzer", "sender"], bus });
  expect(status).toBe(200);
  expect(lines).toEqual([
    expect.stringMatching(/^\[\+\]store ok: revision \d+$/),
    "[+]message_bus ok",
    "[+]actual_freshness ok: stored for 100 s",
    "[+]desired_freshness ok: stored for 100 s",
    "[+]analyzer ok: standing by",
    "[+]sender ok: leading",
    "readyz check passed",
  ]);
});

Deno.test("readyChecks() fail by name while something is missing or stale", async () => {
  await using fleet = new StoredFleet();
  await fleet.makeFresh(190);
  await fleet.remove(fleet.layout.desiredFreshKey);
  const missing = { bus: { connected: false }, mirror: { view: undefined } };
  const [status, lines] = await readyz(fleet, missing);
  expect(status).toBe(503);
  expect(lines.filter((line) => line.startsWith("[-]"))).toEqual([
    "[-]message_bus failed",
    "[-]mirror failed",
    "[-]actual_freshness failed: stored for 10 s",
    "[-]desired_freshness failed: nothing was stored of late",
  ]);
});
