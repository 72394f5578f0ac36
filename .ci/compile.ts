/**
 * `deno task compile [--target=TARGET|all] [--store=etcd] [--for=CONFIG] [NAME...]`: makes one executable
 * for every entrypoint in `cmd/`, or for those named, under `dist/`; for another machine than this one under
 * `dist/TARGET/`. With `--store=etcd` they may write no file, which a store in SQLite alone needs; with
 * `--for=CONFIG` each may reach the servers and files that this configuration names for it, and no others.
 *
 * Each is bundled first, minified and split where the source imports dynamically, then compiled with its
 * chunks: it starts in a third of the time and is a fifth smaller than with its packages as they come,
 * and a command that is not asked for is not loaded. What an executable may do is settled here, by the
 * permission set `component` of deno.json (`permission_flags.ts` says why it is what it is). The code cache
 * is left out, because it would be kept under a predictable name in a folder that everybody can write to.
 *
 * An executable carries what `build_info.ts` knows of its making, for `version --json`, and the answers of
 * `prepare_answers.ts`, so that `--help` waits for nothing to be loaded.
 *
 * Where the runtime of executables cannot be downloaded, `DENORT_BIN` names one and `DENO` the launcher
 * that writes for it; bundling is always done by the Deno that runs this.
 *
 * @module
 */

import { type BuildInfo, buildInfoJson, readBuildInfo } from "./build_info.ts";
import { entrypoints } from "./entrypoints.ts";
import { etcdDescriptor } from "./etcd_descriptor.ts";
import { patchEtcdProto } from "./patch_etcd_proto.ts";
import { loadConfig } from "../lib/config/load_config.ts";
import { REAL_SECRET_FILES } from "../lib/config/real_secret_files.ts";
import { narrowPermissions } from "./narrow_permissions.ts";
import { forVersion, permissionFlags, type PermissionSet } from "./permission_flags.ts";
import { prepareAnswers } from "./prepare_answers.ts";
import { type BuildRequest, executablePath, parseBuildArgs, requireDownloads } from "./targets.ts";

const ROOT = new URL("../", import.meta.url).pathname;
/** Where `cmd/_build_info.ts` looks. */
const BUILD_INFO_FILE = "build_info.json";
/** Where `cmd/_prepared_answers.ts` looks. */
const PREPARED_ANSWERS_FILE = "prepared_answers.json";
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

/** One executable to make. */
interface Making {
  readonly name: string;
  readonly target: string;
  readonly permissions: PermissionSet;
  readonly info: BuildInfo;
}

/** Compiles what `bundle` made, and gives the executable's path below `dist`. */
async function compile(
  making: Making,
  { folder, chunks }: { readonly folder: string; readonly chunks: readonly string[] },
): Promise<string> {
  const { name, target, permissions } = making;
  const main = `${name}.js`;
  const others = chunks.filter((chunk) => chunk !== main);
  const path = executablePath(name, { target, native: Deno.build.target });
  const foreign = target === Deno.build.target ? [] : ["--target", target];
  await run(Deno.env.get("DENO") ?? Deno.execPath(), [
    "compile",
    ...["--quiet", "--no-check", "--no-config", "--no-lock", "--no-remote", "--no-npm"],
    "--no-code-cache",
    SMALL_HEAPS.includes(name) ? SMALL_HEAP_FLAG : LARGE_HEAP_FLAG,
    // Local datagram sockets: syslog's, and the service manager's.
    "--unstable-net",
    ...foreign,
    ...permissionFlags(permissions),
    ...others.flatMap((chunk) => ["--include", `${folder}/${chunk}`]),
    ...["--output", `${DIST}/${path}`, `${folder}/${main}`],
  ], foreign.length === 0 ? NATIVE_ADVICE : FOREIGN_ADVICE);
  return path;
}

/**
 * Most of the listeners' heap is garbage of what went through them; unless it is told to, the engine lets
 * that grow to a multiple of what lives. Whoever holds a view of the fleet would only collect over and over.
 */
const SMALL_HEAPS: readonly string[] = ["actual_state_listener", "desired_state_listener"];
const SMALL_HEAP_FLAG = "--v8-flags=--heap-growing-percent=60";
/**
 * When a program has come to rest the engine collects its whole heap again and again in the hope of giving
 * memory back. Of a view of a million apps nothing is garbage: it takes 9 s of a core and frees next to
 * nothing, while leases are to be kept alive.
 */
const LARGE_HEAP_FLAG = "--v8-flags=--no-memory-reducer";

const NATIVE_ADVICE = ". If the runtime of executables could not be downloaded, provide one: set " +
  "DENORT_BIN to a denort and DENO to a deno that compiles for it";
const FOREIGN_ADVICE = ". Executables for another machine need its runtime, which Deno downloads " +
  "from dl.deno.land: compile them where it can";

/** Makes one executable. */
async function build(making: Making): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-compile-" });
  try {
    const chunks = await bundle(making.name, folder);
    await Deno.writeTextFile(`${folder}/${BUILD_INFO_FILE}`, buildInfoJson(making.info));
    const answers = await prepareAnswers(making.name);
    await Deno.writeTextFile(`${folder}/${PREPARED_ANSWERS_FILE}`, JSON.stringify(answers));
    const beside = [BUILD_INFO_FILE, PREPARED_ANSWERS_FILE];
    const path = await compile(making, { folder, chunks: [...chunks, ...beside] });
    const { size } = await Deno.stat(`${DIST}/${path}`);
    console.log(`dist/${path} (${(size / 1e6).toFixed(1)} MB)`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Where datagrams go that a process may send without a file to write. */
const DATAGRAM_SOCKETS = ["/run/systemd/notify", "/dev/log"];

/** What each executable may do. */
async function permissionSets(request: BuildRequest): Promise<(name: string) => PermissionSet> {
  const { permissions } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const base: PermissionSet = request.etcdOnly
    ? { ...permissions.component, write: DATAGRAM_SOCKETS }
    : permissions.component;
  if (request.configPath === undefined) return () => base;
  const configPath = await Deno.realPath(request.configPath);
  const env = Deno.env.toObject();
  const { readTextFile } = Deno;
  const parsed = await loadConfig(configPath, { readTextFile, env, files: REAL_SECRET_FILES });
  const launcher = await versionOf(Deno.env.get("DENO"));
  return (name) => forVersion(launcher, narrowPermissions(name, { ...parsed, configPath, base }));
}

/** The version of another Deno than this one, as it says it; this one's without. */
async function versionOf(deno: string | undefined): Promise<string> {
  if (deno === undefined) return Deno.version.deno;
  const { stdout } = await new Deno.Command(deno, { args: ["--version"] }).output();
  return new TextDecoder().decode(stdout).match(/\d+\.\d+\.\d+/)?.[0] ?? "";
}

/**
 * Makes the executables that were asked for.
 *
 * @throws {Error} when one is unknown, or cannot be compiled
 */
export async function buildAll(request: BuildRequest, info: BuildInfo): Promise<void> {
  const all = await entrypoints();
  const unknown = request.names.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new Error(`Cannot compile "${unknown}": cmd/ holds ${all.join(", ")}`);
  }
  const runtime = Deno.env.get("DENORT_BIN");
  requireDownloads(request.targets, { native: Deno.build.target, runtime });
  const permissionsOf = await permissionSets(request);
  await Deno.mkdir(DIST, { recursive: true });
  for (const target of request.targets) {
    if (target !== Deno.build.target) await Deno.mkdir(`${DIST}/${target}`, { recursive: true });
    for (const name of request.names.length === 0 ? all : request.names) {
      await build({ name, target, permissions: permissionsOf(name), info });
    }
  }
}

if (import.meta.main) {
  try {
    await buildAll(parseBuildArgs(Deno.args, Deno.build.target), await readBuildInfo());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
