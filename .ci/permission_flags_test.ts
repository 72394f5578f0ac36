import { expect } from "expect";
import { forVersion, permissionFlags, type PermissionSet } from "./permission_flags.ts";

Deno.test("permissionFlags() grants what the set says and never prompts", () => {
  expect(permissionFlags({})).toEqual(["--no-prompt"]);
  expect(permissionFlags({ net: true, read: false, sys: ["hostname", "osRelease"] })).toEqual([
    "--no-prompt",
    "--allow-net",
    "--allow-sys=hostname,osRelease",
  ]);
});

Deno.test("permissionFlags() lets the rest of the environment seem unset", () => {
  expect(permissionFlags({ env: { allow: ["HM9000_*"], ignore: true } })).toEqual([
    "--no-prompt",
    "--allow-env=HM9000_*",
    "--ignore-env",
  ]);
});

Deno.test("permissionFlags() takes away what a grant excepts", () => {
  expect(permissionFlags({ read: { allow: true, deny: ["/a", "/b"] } })).toEqual([
    "--no-prompt",
    "--allow-read",
    "--deny-read=/a,/b",
  ]);
});

Deno.test("forVersion() names local sockets as hosts only where Deno knows such hosts", () => {
  const set = { net: ["127.0.0.1:1", "unix:/run/s"], write: ["/run/s"] };
  expect(forVersion("2.9.6", set)).toBe(set);
  expect(forVersion("3.0.0", set)).toBe(set);
  expect(forVersion("2.8.3", set)).toEqual({ net: ["127.0.0.1:1"], write: ["/run/s"] });
  expect(forVersion("2.8.3", { net: true })).toEqual({ net: true });
});

Deno.test("permissionFlags() refuses what no executable may have", () => {
  for (const kind of ["run", "ffi", "all", "import"]) {
    expect(() => permissionFlags({ [kind]: true } as PermissionSet)).toThrow(`"${kind}"`);
  }
});

Deno.test("permissionFlags() takes every permission set of deno.json", async () => {
  const text = await Deno.readTextFile(new URL("../deno.json", import.meta.url));
  const sets = Object.values(JSON.parse(text).permissions as Record<string, PermissionSet>);
  expect(sets.length).toBeGreaterThan(0);
  for (const set of sets) expect(permissionFlags(set).join(" ")).not.toMatch(/run|ffi|-A/);
});
