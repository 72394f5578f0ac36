/**
 * Which room may import which: `models <- config, helpers <- message_bus, store <- outbox <- mirror <-
 * components <- cmd`, and `http_server` beside `message_bus`. Components never import one another, they
 * meet in the store; code that only tests need is imported by tests only. Both the
 * `house/import-direction` lint rule, which marks the line, and `check_imports.ts`, which sees what a
 * single file cannot show, ask here.
 *
 * @module
 */

/** The rooms under `lib/` that are run as components, or beside them. */
export const COMPONENTS: readonly string[] = [
  "actual_state_listener",
  "analyzer",
  "api",
  "desired_state_listener",
  "evacuator",
  "metrics_server",
  "sender",
  "shredder",
];

/** The rooms under `lib/` that a command line tool is made of; above the store, as components are. */
export const TOOLS: readonly string[] = ["dump", "explain", "doctor", "dry_run", "holds", "tap"];

/** Tools that tell what the rules come to; they ask the rules themselves, so that both say the same. */
export const RULE_ASKERS: readonly string[] = ["explain", "dry_run"];

/** Pure rules that several components go by; they know neither store nor log. */
const RULES = "breakers";
const BELOW_STORE = ["models", "config", "helpers"];
const BELOW_MIRROR = [...BELOW_STORE, "http_server", "message_bus", "store", "outbox"];
const BELOW_COMPONENTS = [...BELOW_MIRROR, "mirror", RULES];
const BELOW_TOOLS = [...BELOW_COMPONENTS, "terminal"];
const BELOW_RULE_ASKERS = [...BELOW_TOOLS, "analyzer", "sender"];

/** What each room under `lib/` may import besides itself. */
const LIB_IMPORTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["models", []],
  ["config", ["models"]],
  [RULES, ["models", "config"]],
  ["helpers", ["models"]],
  ["http_server", BELOW_STORE],
  ["message_bus", BELOW_STORE],
  ["store", BELOW_STORE],
  ["outbox", [...BELOW_STORE, "message_bus", "store"]],
  ["mirror", BELOW_MIRROR],
  ["terminal", []],
  ...COMPONENTS.map((name) => [name, BELOW_COMPONENTS] as const),
  ...TOOLS.map((name) => [name, BELOW_TOOLS] as const),
  // It shows on a terminal what the API knows.
  ["top", [...BELOW_TOOLS, "api"]],
  ...RULE_ASKERS.map((name) => [name, BELOW_RULE_ASKERS] as const),
]);

const LIB_ROOMS = [...LIB_IMPORTS.keys()];

/** What each place outside `lib/` may import besides itself. */
const OUTER_IMPORTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["mod.ts", LIB_ROOMS],
  ["cmd", LIB_ROOMS],
  ["test_helpers", [...LIB_ROOMS, "mod.ts"]],
  ["mcat", [...LIB_ROOMS, "mod.ts", "test_helpers"]],
  [".ci", [...LIB_ROOMS, "test_helpers"]],
  ["docs", ["mod.ts"]],
]);

/** The package's own name, which stands for `mod.ts`. */
const SELF = "@hm9000/hm9000";

/** The room that a file belongs to; `path` is relative to the repository's root. */
export function roomOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return top === "lib" ? second : top;
}

/** Says why the file `from` may not import the file `to`, or nothing when it may. Paths as in `roomOf`. */
export function directionProblem(from: string, to: string): string | undefined {
  const fromRoom = roomOf(from);
  const toRoom = roomOf(to);
  if (fromRoom === toRoom) return undefined;
  if (isPrivate(to)) {
    return `Cannot import "${to}" from "${fromRoom}": it is private to "${toRoom}"`;
  }
  const allowed = allowedRooms(from);
  if (allowed === undefined) {
    return `Cannot import from "${from}": its room is unknown, name it in .ci/import_rules.ts`;
  }
  if (allowed.includes(toRoom)) return undefined;
  const list = allowed.length === 0 ? "nothing" : allowed.join(", ");
  return `Cannot import "${to}" from "${fromRoom}": it may import ${list}`;
}

/**
 * Says why `specifier` is written the wrong way, or nothing when it is not. Third-party packages are named
 * once, in deno.json, so that the day one moves no source changes.
 */
export function specifierProblem(specifier: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(specifier)?.[1];
  if (scheme !== undefined && scheme !== "node") {
    return `Cannot import "${specifier}": name the package in deno.json and import its alias`;
  }
  if (specifier.startsWith("/")) {
    return `Cannot import "${specifier}": an absolute path holds on one machine only`;
  }
  return undefined;
}

/** The path, relative to the root, of what `from` means by `specifier`; nothing for a package. */
export function importedPath(from: string, specifier: string): string | undefined {
  if (specifier === SELF) return "mod.ts";
  if (!specifier.startsWith("./") && !specifier.startsWith("../")) return undefined;
  const base = new URL(from, "file:///root/");
  return new URL(specifier, base).pathname.replace(/^\/root\//, "");
}

/** Whether the file is a test. */
export function isTest(path: string): boolean {
  return path.endsWith("_test.ts");
}

function allowedRooms(from: string): readonly string[] | undefined {
  const room = roomOf(from);
  const own = from.startsWith("lib/") ? LIB_IMPORTS.get(room) : OUTER_IMPORTS.get(room);
  if (own === undefined) return undefined;
  if (isTest(from)) return [...LIB_ROOMS, "mod.ts", "test_helpers"];
  // The demo simulates a platform around the components, with what the tests simulate it with.
  if (room === "cmd" && /^cmd\/_?demo[.\/]/.test(from)) return [...own, "test_helpers"];
  return own;
}

/** Whether only files beside it may import the file: its name begins with an underscore. */
function isPrivate(path: string): boolean {
  return path.slice(path.lastIndexOf("/") + 1).startsWith("_");
}
