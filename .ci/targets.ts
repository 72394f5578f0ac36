/**
 * What executables are compiled for: the machine this runs on, or any of the targets that Deno has a
 * runtime for. A foreign one is downloaded by Deno; `DENORT_BIN`, which stands in where that is not
 * possible, holds the runtime of one target only.
 *
 * @module
 */

/** Every target: Linux, macOS and Windows. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

/** What was asked of `compile` or `release`. */
export interface BuildRequest {
  readonly targets: readonly string[];
  /** Entrypoints; none means all. */
  readonly names: readonly string[];
  /** Whether the store is etcd for good, so that no file need ever be written. */
  readonly etcdOnly: boolean;
  /** The one configuration that the executables are for; undefined: any. */
  readonly configPath?: string;
}

/** Reads `[--target=TARGET|all]... [--store=etcd] [--for=CONFIG] [NAME...]`. */
export function parseBuildArgs(args: readonly string[], native: string): BuildRequest {
  const flags = args.filter((arg) => arg.startsWith("-"));
  const unknown = flags.find((flag) => !/^--(store=etcd$|target=|for=.)/.test(flag));
  if (unknown !== undefined) {
    throw new Error(
      `Cannot take "${unknown}": there are --target=TARGET, --store=etcd and --for=CONFIG`,
    );
  }
  const configPath = flags.find((flag) => flag.startsWith("--for="))?.slice("--for=".length);
  const asked = flags.filter((flag) => flag.startsWith("--target="))
    .flatMap((flag) => targetsCalled(flag.slice("--target=".length)));
  return {
    targets: asked.length === 0 ? [native] : [...new Set(asked)],
    names: args.filter((arg) => !arg.startsWith("-")),
    etcdOnly: flags.includes("--store=etcd"),
    ...(configPath === undefined ? {} : { configPath }),
  };
}

/** Where the executable of `name` goes, below `dist`: a foreign one has a folder of its target. */
export function executablePath(
  name: string,
  { target, native }: { readonly target: string; readonly native: string },
): string {
  const file = target.includes("windows") ? `${name}.exe` : name;
  return target === native ? file : `${target}/${file}`;
}

/**
 * Makes sure that a runtime handed in by `DENORT_BIN` is not put under a foreign name.
 *
 * @throws {Error} when one of `targets` is foreign and `runtime` is given
 */
export function requireDownloads(
  targets: readonly string[],
  { native, runtime }: { readonly native: string; readonly runtime: string | undefined },
): void {
  const foreign = targets.find((target) => target !== native);
  if (foreign === undefined || runtime === undefined) return;
  throw new Error(
    `Cannot compile for ${foreign}: DENORT_BIN holds the runtime of ${native}; ` +
      "unset it, on a machine that can download Deno's runtimes",
  );
}

function targetsCalled(name: string): readonly string[] {
  if (name === "all") return TARGETS;
  if ((TARGETS as readonly string[]).includes(name)) return [name];
  throw new Error(`Cannot compile for "${name}": there are ${TARGETS.join(", ")} and all`);
}
