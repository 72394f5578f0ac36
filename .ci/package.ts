/**
 * `deno task package`: makes a Debian package of `dist/hm9000`, with systemd units, under `dist/`.
 *
 * @module
 */

import { componentNames } from "./entrypoints.ts";
import { debianArchitecture, type PackageFile, packageFiles } from "./package/package_files.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** Where the package is made, and what of. */
export interface PackageOptions {
  readonly executable: string;
  readonly folder: string;
}

/**
 * Makes the package and gives its path.
 *
 * @throws {Error} when the executable is not there, or dpkg-deb fails
 */
export async function makePackage({ executable, folder }: PackageOptions): Promise<string> {
  const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const architecture = debianArchitecture(Deno.build.arch);
  const files = packageFiles({
    version,
    architecture,
    components: await componentNames(),
    executable: { path: executable, bytes: await sizeOf(executable) },
    read: (path) => Deno.readTextFileSync(`${ROOT}${path}`),
  });
  const tree = await Deno.makeTempDir({ prefix: "hm9000-package-" });
  try {
    await Deno.chmod(tree, 0o755);
    for (const file of files) await write(tree, file);
    const path = `${folder}/hm9000_${version}_${architecture}.deb`;
    await run("dpkg-deb", ["--root-owner-group", "-Zgzip", "-z6", "--build", tree, path]);
    return path;
  } finally {
    await Deno.remove(tree, { recursive: true });
  }
}

async function sizeOf(executable: string): Promise<number> {
  try {
    return (await Deno.stat(executable)).size;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `Cannot package "${executable}": it is not there, run deno task compile hm9000`,
    );
  }
}

async function write(tree: string, { path, content, mode }: PackageFile): Promise<void> {
  const target = `${tree}/${path}`;
  const folder = target.slice(0, target.lastIndexOf("/"));
  await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
  if (typeof content === "string") await Deno.writeTextFile(target, content);
  else await Deno.copyFile(content.copyOf, target);
  await Deno.chmod(target, mode);
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  if (success) return;
  throw new Error(`Cannot run ${program}: ${new TextDecoder().decode(stderr)}`);
}

if (import.meta.main) {
  try {
    console.log(await makePackage({ executable: `${ROOT}dist/hm9000`, folder: `${ROOT}dist` }));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
