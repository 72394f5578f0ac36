import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { healthRoutes, type ReadyCheck } from "./readyz.ts";

const STORE: ReadyCheck = {
  name: "store",
  find: () => Promise.resolve({ ok: true, detail: "revision 7" }),
};
const STALE: ReadyCheck = {
  name: "actual_freshness",
  find: () => Promise.resolve({ ok: false, detail: "no heartbeats" }),
};

async function ask(
  path: string,
  checks: readonly ReadyCheck[],
  time = new FakeTimeProvider(),
): Promise<[status: number, text: string]> {
  const response = await healthRoutes(checks, time).request(path);
  return [response.status, await response.text()];
}

Deno.test("/readyz says ok, and with verbose which checks passed", async () => {
  expect(await ask("/readyz", [STORE])).toEqual([200, "ok"]);
  expect(await ask("/readyz?verbose", [STORE])).toEqual([
    200,
    "[+]store ok: revision 7\nreadyz check passed\n",
  ]);
});

Deno.test("/readyz is a 503 that names what failed, unless that is excluded", async () => {
  const failed = "[+]store ok: revision 7\n[-]actual_freshness failed: no heartbeats\n";
  expect(await ask("/readyz", [STORE, STALE])).toEqual([503, `${failed}readyz check failed\n`]);
  const path = "/readyz?exclude=actual_freshness&exclude=what";
  expect(await ask(path, [STORE, STALE])).toEqual([200, "ok"]);
  expect(await ask(`${path}&verbose`, [STORE, STALE])).toEqual([
    200,
    "[+]store ok: revision 7\n[+]actual_freshness excluded: ok\n" +
    "[?]what excluded: there is no such check\nreadyz check passed\n",
  ]);
});

Deno.test("/readyz says of a check that fails or does not answer no more than that [I20]", async () => {
  const canary = () => Promise.reject(new Error("canary"));
  expect(await ask("/readyz", [{ name: "store", find: canary }]))
    .toEqual([503, "[-]store failed\nreadyz check failed\n"]);
  const time = new FakeTimeProvider();
  const asked = ask("/readyz", [{ name: "store", find: () => new Promise(() => {}) }], time);
  await time.waitForSleeper();
  time.advance(2_000);
  expect(await asked).toEqual([503, "[-]store failed: no answer in time\nreadyz check failed\n"]);
});

Deno.test("/readyz looks once a second, however many ask [I17]", async () => {
  let looked = 0;
  const time = new FakeTimeProvider();
  const find = () => Promise.resolve({ ok: ++looked > 0, detail: "" });
  const routes = healthRoutes([{ name: "store", find }], time);
  for (let asked = 0; asked < 100; asked += 1) await routes.request("/readyz");
  expect(looked).toBe(1);
  time.advance(1_001);
  await routes.request("/readyz");
  expect(looked).toBe(2);
});

Deno.test("/healthz is ok, whatever is wrong [MET-02]", async () => {
  expect(await ask("/healthz", [STALE])).toEqual([200, "ok"]);
});
