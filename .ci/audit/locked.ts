/**
 * Which packages deno.lock has, by name. Pure.
 *
 * @module
 */

/** Versions of each package. */
export type LockedPackages = Readonly<Record<string, readonly string[]>>;

/**
 * Reads the text of a deno.lock.
 *
 * @throws {Error} when it names no package of npm: nothing would be asked about
 */
export function lockedPackages(lock: string): LockedPackages {
  const npm: Readonly<Record<string, unknown>> = JSON.parse(lock)["npm"] ?? {};
  const names = new Map<string, Set<string>>();
  for (const key of Object.keys(npm)) {
    // A package that was chosen for its peers has them behind an underscore.
    const [, name = "", version = ""] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
    if (name === "") {
      throw new Error(`Cannot audit: deno.lock has "${key}", which names no package`);
    }
    names.set(name, (names.get(name) ?? new Set()).add(version));
  }
  if (names.size === 0) throw new Error("Cannot audit: deno.lock names no package of npm");
  return Object.fromEntries([...names].map(([name, versions]) => [name, [...versions].sort()]));
}
