/**
 * The third-party packages that an executable holds: those that its sources import, and what those
 * depend on. Read off `deno info --json` and the packages' own manifests.
 *
 * @module
 */

/** The part of `deno info --json` that is read here. */
export interface ModuleGraph {
  readonly modules: readonly { readonly kind?: string; readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<Record<string, NpmPackage>>;
}

/** One package as Deno resolved it. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly localPath: string;
}

/** A package with what its manifest and the lock file say. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; empty when the package names none. */
  readonly licence: string;
  /** As in deno.lock: `sha512-` and base64. */
  readonly integrity: string;
  /** The text of its licence file; empty when it has none. */
  readonly text: string;
  /** Keys of the packages it depends on. */
  readonly dependencies: readonly string[];
}

/** The keys of the packages that the graph's modules need, sorted. */
export function reachablePackages({ modules, npmPackages }: ModuleGraph): readonly string[] {
  const open = modules.flatMap(({ npmPackage }) => npmPackage ?? []);
  const found = new Set<string>();
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (found.has(key)) continue;
    const resolved = npmPackages[key];
    if (resolved === undefined) throw new Error(`Cannot find "${key}" among the packages`);
    found.add(key);
    open.push(...resolved.dependencies);
  }
  return [...found].sort();
}

/** Everything about the packages in the graph. */
export async function readPackages(
  graph: ModuleGraph,
  lock: Readonly<Record<string, { readonly integrity: string }>>,
): Promise<ReadonlyMap<string, ShippedPackage>> {
  const packages = new Map<string, ShippedPackage>();
  for (const key of reachablePackages(graph)) {
    const resolved = graph.npmPackages[key] as NpmPackage;
    const { name, version, dependencies, localPath } = resolved;
    const manifest = JSON.parse(await Deno.readTextFile(`${localPath}/package.json`));
    packages.set(key, {
      name,
      version,
      dependencies,
      licence: licenceOf(manifest),
      integrity: lock[key]?.integrity ?? "",
      text: await licenceText(localPath),
    });
  }
  return packages;
}

/** Old manifests have an object, or a list of them. */
export function licenceOf(manifest: { readonly license?: unknown }): string {
  const { license } = manifest;
  if (typeof license === "string") return license;
  const type = (license as { readonly type?: unknown } | undefined)?.type;
  return typeof type === "string" ? type : "";
}

async function licenceText(folder: string): Promise<string> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && /^licen[cs]e/i.test(name)) names.push(name);
  }
  const texts = await Promise.all(
    names.sort().map((name) => Deno.readTextFile(`${folder}/${name}`)),
  );
  return texts.join("\n");
}
