/**
 * Turns a permission set of deno.json into the flags that `deno compile` bakes into an executable, so
 * that a component may do the same under `deno task` and compiled.
 *
 * Why the sets are what they are. Servers, the configuration file, TLS files and the SQLite file stand
 * where the configuration says, which is read only after the permissions are settled: so `net`, `read`
 * and `write` are not narrowed to places, except that nothing is written where programs and the system's
 * settings stand, and that its password files are not read. Everything else is narrow: of the environment
 * only `HM9000_*`, what systemd says, and `USER`, who holds and resumes in the audit log, can be seen (the
 * rest, that npm packages look for, seems unset), of the system only the host name, which syslog wants;
 * starting programs and loading native code is never allowed. The demo, that talks to itself, reaches the
 * loopback only. For one given configuration `narrow_permissions.ts` names hosts and places, too.
 *
 * @module
 */

/** What may be granted: everything of its kind, or a list of names; and what not all the same. */
export type Grant = boolean | readonly string[] | Exceptions;

/** A grant with exceptions. */
export interface Exceptions {
  readonly allow: boolean | readonly string[];
  readonly deny: readonly string[];
}

/** A permission set as deno.json holds it, of the kinds that are used here. */
export interface PermissionSet {
  readonly net?: Grant;
  readonly read?: Grant;
  readonly write?: Grant;
  readonly sys?: Grant;
  readonly env?: { readonly allow?: boolean | readonly string[]; readonly ignore?: boolean };
}

const KINDS = ["net", "read", "write", "sys"] as const;

/**
 * The flags that grant `set`, and never ask for more.
 *
 * @throws {Error} when `set` holds a kind that is not known here, or that no executable may have
 */
export function permissionFlags(set: PermissionSet): string[] {
  const unknown = Object.keys(set).find((kind) => kind !== "env" && !KINDS.includes(kind as never));
  if (unknown !== undefined) {
    throw new Error(`Cannot bake in the permission "${unknown}": only ${KINDS.join(", ")} and env`);
  }
  return [
    "--no-prompt",
    ...KINDS.flatMap((kind) => grantFlag(kind, set[kind])),
    ...grantFlag("env", set.env?.allow),
    ...(set.env?.ignore ? ["--ignore-env"] : []),
  ];
}

/** As an older Deno takes it: before 2.9 local sockets are no hosts, and need no permission of that kind. */
export function forVersion(version: string, set: PermissionSet): PermissionSet {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 2 || (major === 2 && minor >= 9) || !Array.isArray(set.net)) return set;
  return { ...set, net: set.net.filter((host) => !host.startsWith("unix:")) };
}

function grantFlag(kind: string, grant: Grant = false): string[] {
  if (grant === false) return [];
  if (isExceptions(grant)) {
    return [...grantFlag(kind, grant.allow), `--deny-${kind}=${grant.deny.join(",")}`];
  }
  return [grant === true ? `--allow-${kind}` : `--allow-${kind}=${grant.join(",")}`];
}

function isExceptions(grant: Grant): grant is Exceptions {
  return typeof grant === "object" && "deny" in grant;
}
