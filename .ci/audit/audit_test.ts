import { expect } from "expect";

const AUDIT = new URL("../audit.ts", import.meta.url).pathname;

async function audit(answer: () => Response, ...args: readonly string[]) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  const registry = `--registry=http://127.0.0.1:${server.addr.port}/`;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-read", "--allow-env", "--allow-net", AUDIT, registry, ...args],
  }).output();
  await server.shutdown();
  return { code, said: new TextDecoder().decode(stdout) };
}

const known = (severity: string) => () =>
  Response.json({
    "hono": [{ "title": "Bad", severity, "url": "https://a/1", "vulnerable_versions": "*" }],
  });

Deno.test("the audit fails for what is high or critical, and names it [S16]", async () => {
  const { code, said } = await audit(known("high"));
  expect(code).toBe(1);
  expect(said).toContain("high  hono *: Bad (https://a/1)");
  expect(said).toContain("1 advisories, 1 of them high or critical");
});

Deno.test("the audit passes for what is less", async () => {
  const { code, said } = await audit(known("moderate"));
  expect(code).toBe(0);
  expect(said).toContain("1 advisories, 0 of them high or critical");
});

Deno.test("an audit that could not be made says so, and fails when it is required", async () => {
  const refuse = () => new Response(null, { status: 405 });
  const { code, said } = await audit(refuse);
  expect(code).toBe(0);
  expect(said).toContain("NOT AUDITED");
  expect((await audit(refuse, "--require")).code).toBe(1);
});
