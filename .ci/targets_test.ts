import { expect } from "expect";
import { executablePath, parseBuildArgs, requireDownloads, TARGETS } from "./targets.ts";

const native = "x86_64-unknown-linux-gnu";
const windows = "x86_64-pc-windows-msvc";

Deno.test("parseBuildArgs() means this machine and everything unless told otherwise", () => {
  expect(parseBuildArgs([], native)).toEqual({ targets: [native], names: [], etcdOnly: false });
});

Deno.test("parseBuildArgs() takes targets, a store and names in any order", () => {
  expect(parseBuildArgs(["api", `--target=${windows}`, "--store=etcd", "sender"], native))
    .toEqual({ targets: [windows], names: ["api", "sender"], etcdOnly: true });
  expect(parseBuildArgs(["--target=all", `--target=${windows}`], native).targets)
    .toEqual(TARGETS);
});

Deno.test("parseBuildArgs() refuses what it does not know, naming what there is", () => {
  expect(() => parseBuildArgs(["--target=amiga"], native)).toThrow(/"amiga".*x86_64-apple-darwin/);
  expect(() => parseBuildArgs(["--tarket=all"], native)).toThrow("--target=TARGET");
});

Deno.test("executablePath() keeps targets apart", () => {
  expect(executablePath("api", { target: native, native })).toBe("api");
  expect(executablePath("api", { target: windows, native })).toBe(`${windows}/api.exe`);
});

Deno.test("requireDownloads() refuses to put one machine's runtime under another's name", () => {
  requireDownloads([native], { native, runtime: "/denort" });
  requireDownloads([...TARGETS], { native, runtime: undefined });
  expect(() => requireDownloads([native, windows], { native, runtime: "/denort" }))
    .toThrow(`Cannot compile for ${windows}`);
});
