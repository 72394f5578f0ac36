import { expect } from "expect";
import { parseConfig } from "../lib/config/parse_config.ts";
import { StoredFleet } from "../test_helpers/stored_fleet.ts";
import type { ComponentName } from "../lib/models/component_role.ts";
import { metricsServerTasks } from "./_metrics_server.ts";

function request(fleet: StoredFleet, text: string) {
  const { config } = parseConfig({ text, path: "hm9000.yml", env: {} });
  const { store, layout, time, random, log, metrics } = fleet;
  const runtime = { config, store, layout, time, random, log, metrics, loggerFor: () => log };
  const names: readonly ComponentName[] = ["analyzer"];
  return { component: "analyzer", names, runtime, bus: undefined, mirror: undefined };
}

Deno.test("metricsServerTasks() are none unless a port is configured", async () => {
  await using fleet = new StoredFleet();
  expect(await metricsServerTasks(request(fleet, ""))).toEqual([]);
});

Deno.test("metricsServerTasks() serve what the process counts and the store holds, on loopback [MET-01] [MET-03]", async () => {
  await using fleet = new StoredFleet();
  const listening = Promise.withResolvers<number>();
  const stop = new AbortController();
  const tasks = await metricsServerTasks({
    ...request(fleet, "metrics_server_port: 0"),
    onListen: listening.resolve,
  });
  const running = Promise.all(tasks.map(({ run }) => run(stop.signal)));
  const url = `http://127.0.0.1:${await listening.promise}`;
  fleet.metrics.increment("starts_queued", 2);
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain("\nhm9000_starts_queued_total 2\n");
  expect(text).toContain("\nhm9000_running_instances -1\n");
  expect(text).toContain('commit="",component="analyzer"');
  expect(text).toContain('\nhm9000_insecure_setting{setting="skip_cert_verify"} 0\n');
  expect(text).toMatch(/\nprocess_cpu_seconds_total \d+\.\d/);
  const { contexts } = await (await fetch(`${url}/varz`)).json();
  expect(contexts[0].metrics).toHaveLength(20);
  stop.abort();
  await running;
});
