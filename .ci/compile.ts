/**
 * `deno task compile [NAME...]`: makes one executable for every entrypoint in `cmd/`, or for those named,
 * under `dist/`.
 *
 * Each is bundled first, minified and split where the source imports dynamically, then compiled with its
 * chunks: it starts in a third of the time and is a fifth smaller than with its packages as they come,
 * and a command that is not asked for is not loaded. What an executable may do is settled here, by the
 * permission set `component` of deno.json (`permission_flags.ts` says why it is what it is). The code cache
 * is left out, because it would be kept under a predictable name in a folder that everybody can write to.
 *
 * Where the runtime of executables cannot be downloaded, `DENORT_BIN` names one and `DENO` the launcher
 * that writes for it; bundling is always done by the Deno that runs this.
 *
 * @module
 */

import { entrypoints } from "./entrypoints.ts";
import { etcdDescriptor } from "./etcd_descriptor.ts";
import { patchEtcdProto } from "./patch_etcd_proto.ts";
import { permissionFlags } from "./permission_flags.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const DIST = `${ROOT}dist`;

/** Room for the compiler to walk deep graphs of packages; its default overflows. */
const STACK_BYTES = 16 * 1024 * 1024;

/** Runs a Deno; what it printed is shown when it fails, which ends the build. */
async function run(deno: string, args: readonly string[], advice = ""): Promise<void> {
  const env = { RUST_MIN_STACK: String(STACK_BYTES), DENO_NO_UPDATE_CHECK: "1" };
  const command = new Deno.Command(deno, { args: [...args], cwd: ROOT, env });
  const { success, stdout, stderr } = await command.output();
  if (success) return;
  await Deno.stderr.write(stdout);
  await Deno.stderr.write(stderr);
  throw new Error(`Cannot ${args[0]}: ${deno} failed, see above${advice}`);
}

/** Bundles one entrypoint into `folder` and gives the names of all its files. */
async function bundle(name: string, folder: string): Promise<string[]> {
  const options = ["--platform", "deno", "--code-splitting", "--minify", "--outdir", folder];
  await run(Deno.execPath(), ["bundle", "--quiet", "--frozen", ...options, `cmd/${name}.ts`]);
  const chunks = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    chunks.set(name, await Deno.readTextFile(`${folder}/${name}`));
  }
  for (const [name, source] of patchEtcdProto(chunks, etcdDescriptor())) {
    await Deno.writeTextFile(`${folder}/${name}`, source);
  }
  return [...chunks.keys()];
}

/** Compiles what `bundle` made. */
async function compile(name: string, folder: string, chunks: readonly string[]): Promise<void> {
  const { permissions } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const main = `${name}.js`;
  const others = chunks.filter((chunk) => chunk !== main);
  const advice = ". If the runtime of executables could not be downloaded, provide one: set " +
    "DENORT_BIN to a denort and DENO to a deno that compiles for it";
  await run(Deno.env.get("DENO") ?? Deno.execPath(), [
    "compile",
    ...["--quiet", "--no-check", "--no-config", "--no-lock", "--no-remote", "--no-npm"],
    "--no-code-cache",
    ...permissionFlags(permissions.component),
    ...others.flatMap((chunk) => ["--include", `${folder}/${chunk}`]),
    ...["--output", `${DIST}/${name}`, `${folder}/${main}`],
  ], advice);
}

/** Makes the executable of one entrypoint. */
async function build(name: string): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-compile-" });
  try {
    await compile(name, folder, await bundle(name, folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const { size } = await Deno.stat(`${DIST}/${name}`);
  console.log(`dist/${name} (${(size / 1e6).toFixed(1)} MB)`);
}

/** Makes the executables of `asked`, or all. */
async function main(asked: readonly string[]): Promise<void> {
  const all = await entrypoints();
  const unknown = asked.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new Error(`Cannot compile "${unknown}": cmd/ holds ${all.join(", ")}`);
  }
  await Deno.mkdir(DIST, { recursive: true });
  for (const name of asked.length === 0 ? all : asked) await build(name);
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
