/**
 * Turns a permission set of deno.json into the flags that `deno compile` bakes into an executable, so
 * that a component may do the same under `deno task` and compiled.
 *
 * Why the sets are what they are. Servers, the configuration file, TLS files and the SQLite file stand
 * where the configuration says, which is read only after the permissions are settled: so `net`, `read`
 * and `write` are not narrowed to places. Everything else is: of the environment only `HM9000_*` can be
 * seen, and `USER`, who holds and resumes in the audit log (the rest, that npm packages look for, seems unset), of the system only the host name, which
 * syslog wants; starting programs and loading native code is never allowed. The demo, that talks to
 * itself, reaches the loopback only.
 *
 * @module
 */

/** What may be granted: everything of its kind, or a list of names. */
export type Grant = boolean | readonly string[];

/** A permission set as deno.json holds it, of the kinds that are used here. */
export interface PermissionSet {
  readonly net?: Grant;
  readonly read?: Grant;
  readonly write?: Grant;
  readonly sys?: Grant;
  readonly env?: { readonly allow?: Grant; readonly ignore?: boolean };
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

function grantFlag(kind: string, grant: Grant = false): string[] {
  if (grant === false) return [];
  return [grant === true ? `--allow-${kind}` : `--allow-${kind}=${grant.join(",")}`];
}
