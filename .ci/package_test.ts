import { expect } from "expect";
import { parseAllDocuments } from "yaml";
import { parseConfig } from "../lib/config/parse_config.ts";
import { requireFor } from "../lib/config/require_for.ts";
import { componentNames } from "./entrypoints.ts";
import { makePackage } from "./package.ts";
import { unitPath } from "./package/package_files.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const { version: VERSION } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
const read = (path: string) => Deno.readTextFile(`${ROOT}${path}`);

/** What was compiled, where something was: the gate does so before it tests. */
const COMPILED = `${ROOT}dist/hm9000`;
const isCompiled = await Deno.stat(COMPILED).then(() => true, () => false); // not compiled

/** A package of a script that stands for the executable, or of it, in a folder that goes away. */
async function packaged(
  use: (folder: string, path: string) => Promise<void>,
  compiled?: string,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const executable = compiled ?? `${folder}/hm9000`;
    if (compiled === undefined) {
      await Deno.writeTextFile(executable, `#!/bin/sh\necho ${VERSION}\n`);
    }
    await use(folder, await makePackage({ executable, folder }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** How much a unit exposes by systemd's own reckoning, from 0 to 10; this is what a network costs. */
const EXPOSURE_MAX = 1.7;

async function run(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const text = new TextDecoder();
  const said = text.decode(stdout) + text.decode(stderr);
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${said}`);
  return said;
}

/** Whether a program that not every machine has is here. */
async function has(program: string): Promise<boolean> {
  return await run(program, "--version").then(() => true, () => false); // not here
}

const COMPONENTS = await componentNames();
const hasDpkg = await has("dpkg-deb");
const hasSystemd = await has("systemd-analyze");

Deno.test({
  name: "makePackage() makes what dpkg installs into an empty root and removes again",
  ignore: !hasDpkg || Deno.uid() !== 0,
  fn: () =>
    packaged(async (folder, path) => {
      const root = `${folder}/root`;
      await Deno.mkdir(`${root}/var/lib/dpkg`, { recursive: true });
      await Deno.writeTextFile(`${root}/var/lib/dpkg/status`, "");
      const dpkg = [
        "--root",
        root,
        "--force-depends",
        "--force-script-chrootless",
        "--log=/dev/null",
      ];
      await run("dpkg", ...dpkg, "--install", path);
      expect(await run(`${root}/usr/bin/hm9000`, "version")).toBe(`${VERSION}\n`);
      expect(await run("dpkg-query", `--admindir=${root}/var/lib/dpkg`, "-W")).toContain(
        "hm9000\t",
      );
      await run("dpkg", ...dpkg, "--purge", "hm9000");
      await expect(Deno.stat(`${root}/usr/bin/hm9000`)).rejects.toThrow(Deno.errors.NotFound);
    }, isCompiled ? COMPILED : undefined),
});

Deno.test({
  name: "makePackage() gives every component a unit that systemd finds nothing wrong with",
  ignore: !hasDpkg || !hasSystemd,
  fn: () =>
    packaged(async (folder, path) => {
      const root = `${folder}/root`;
      await run("dpkg-deb", "--extract", path, root);
      for (const name of [...COMPONENTS, "all"]) {
        const file = `${root}/${unitPath(name)}`;
        const unit = await Deno.readTextFile(file);
        expect(unit).toContain(`ExecStart=/usr/bin/hm9000 ${name} `);
        // The executable is looked for where it would be installed, which is not here.
        await Deno.writeTextFile(file, unit.replace("/usr/bin/", `${root}/usr/bin/`));
      }
      const units = [...COMPONENTS, "all"].map((name) => `${root}/${unitPath(name)}`);
      const target = `${root}/usr/lib/systemd/system/hm9000.target`;
      expect(
        await run(
          "systemd-analyze",
          "verify",
          "--man=no",
          "--recursive-errors=no",
          ...units,
          target,
        ),
      )
        .toBe("");
      const threshold = `--threshold=${Math.round(EXPOSURE_MAX * 10)}`;
      await run("systemd-analyze", "security", "--offline=yes", threshold, ...units);
    }),
});

Deno.test("makePackage() says how to get an executable that is not there", async () => {
  await expect(makePackage({ executable: "/nowhere/hm9000", folder: "/nowhere" }))
    .rejects.toThrow("deno task compile hm9000");
});

Deno.test("the configuration of every example suffices for every component", async () => {
  const env = { "HM9000_CC_AUTH_PASSWORD": "p", "HM9000_API_SERVER_PASSWORD": "p" };
  const [inMap] = parseAllDocuments(await read("packaging/kubernetes/hm9000.yml"));
  const examples = [
    await read("packaging/hm9000.example.yml"),
    await read("packaging/docker/hm9000.yml"),
    inMap?.toJS().data["hm9000.yml"] as string,
  ];
  for (const text of examples) {
    const parsed = parseConfig({ text, path: "example.yml", env });
    expect(parsed.warnings).toEqual([]);
    requireFor(parsed, "all");
  }
});

Deno.test("the examples for containers are YAML and run every component", async () => {
  const [compose] = parseAllDocuments(await read("packaging/docker/compose.yml"), { merge: true });
  expect(compose?.errors).toEqual([]);
  const { services, volumes } = compose?.toJS();
  for (const name of COMPONENTS) expect(services[name].command[0]).toBe(name);
  expect(services.analyzer.image).toBe("hm9000");
  expect(Object.keys(volumes)).toEqual(["etcd1", "etcd2", "etcd3"]);
  const kinds = parseAllDocuments(await read("packaging/kubernetes/hm9000.yml"))
    .map((document) => document.toJS().kind);
  expect(kinds).toEqual(["ConfigMap", "Deployment", "Service", "PodDisruptionBudget"]);
});
