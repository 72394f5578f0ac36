import { expect } from "expect";
import { askAdvisories, NotAuditedError } from "./advisories.ts";

const PACKAGES = { "left-pad": ["1.0.0"], "hono": ["4.10.1"] };

/** A registry on this machine, and what it was asked. */
function registry(answer: (request: Request) => Response | Promise<Response>) {
  const asked: { path: string; body: unknown }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (got) => {
    asked.push({ path: new URL(got.url).pathname, body: await got.json() });
    return await answer(got);
  });
  return {
    asked,
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const advisory = (severity: string) => ({
  ...{ id: 7, title: `${severity} thing`, severity, url: "https://advisories/7" },
  ...{ vulnerable_versions: "<2", cwe: [] },
});

Deno.test("askAdvisories() asks once about all packages, and has the worst first [S16]", async () => {
  await using npm = registry(() =>
    Response.json({
      "hono": [advisory("low"), advisory("critical")],
      "left-pad": [advisory("high")],
    })
  );
  const found = await askAdvisories(PACKAGES, { registry: npm.url });
  expect(found.map(({ name, severity }) => `${name} ${severity}`)).toEqual(
    ["hono critical", "left-pad high", "hono low"],
  );
  expect(found[0]).toEqual({
    ...{ name: "hono", title: "critical thing", severity: "critical" },
    ...{ url: "https://advisories/7", versions: "<2" },
  });
  expect(npm.asked).toEqual([{ path: "/-/npm/v1/security/advisories/bulk", body: PACKAGES }]);
});

Deno.test("askAdvisories() has nothing when nothing is known", async () => {
  await using npm = registry(() => Response.json({}));
  expect(await askAdvisories(PACKAGES, { registry: npm.url })).toEqual([]);
});

for (
  const [what, answer, said] of [
    ["refuses", () => new Response("no", { status: 405 }), "answers 405"],
    ["says something else", () => Response.json([1]), "did not answer with advisories"],
    ["says nothing that can be read", () => new Response("<html>"), "does not answer"],
  ] as const
) {
  Deno.test(`askAdvisories() takes a registry that ${what} for none`, async () => {
    await using npm = registry(answer);
    const asking = askAdvisories(PACKAGES, { registry: npm.url });
    await expect(asking).rejects.toBeInstanceOf(NotAuditedError);
    await expect(asking).rejects.toThrow(said);
  });
}

Deno.test("askAdvisories() takes a registry that is not there for none", async () => {
  const asking = askAdvisories(PACKAGES, { registry: "http://127.0.0.1:1/" });
  await expect(asking).rejects.toBeInstanceOf(NotAuditedError);
});
