import { expect } from "expect";
import { ensureServers, installScript, missingMessage, SERVERS, testPath } from "./test_servers.ts";

Deno.test("testPath() adds the folders of servers once", () => {
  expect(testPath("/usr/bin:/usr/sbin")).toBe("/usr/bin:/usr/sbin:/usr/local/sbin");
  expect(testPath("")).toBe("/usr/sbin:/usr/local/sbin");
});

Deno.test("installScript() is a script that the shell understands and names every package", async () => {
  const script = installScript(SERVERS);
  expect(script).toContain(
    "--no-install-recommends nats-server etcd-server etcd-client openssl chromium",
  );
  const { success } = await new Deno.Command("sh", { args: ["-n", "-c", script] }).output();
  expect(success).toBe(true);
});

Deno.test("missingMessage() says what is missing, why, and what to type", () => {
  const message = missingMessage([{ program: "etcd", debianPackage: "etcd-server" }], "no reason");
  expect(message).toMatch(/^Cannot run the tests: etcd not found, and no reason\./);
  expect(message).toContain("apt-get install -y --no-install-recommends etcd-server\n");
});

Deno.test("ensureServers() does nothing where all programs are in the path", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const { program } of SERVERS) {
      await Deno.writeTextFile(`${folder}/${program}`, "", { mode: 0o755 });
    }
    await ensureServers(`/nowhere:${folder}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("ensureServers() takes no file for a program that cannot be run", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const { program } of SERVERS) {
      await Deno.writeTextFile(`${folder}/${program}`, "", { mode: 0o644 });
    }
    await expect(ensureServers(folder)).rejects.toThrow(
      "nats-server, etcd, etcdctl, openssl, chromium, promtool not found",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
