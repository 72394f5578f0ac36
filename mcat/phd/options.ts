/**
 * The command line of the suite: which sections, how much of them, and where the results go. Pure.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { SCENARIO_NAMES, type ScenarioName } from "./e2e/scenario_names.ts";
import { type Section, SECTIONS } from "./results.ts";

/** How much is measured. */
export type Profile = "quick" | "full";

/** What was asked for. */
export interface PhdOptions {
  /** In the order of {@linkcode SECTIONS}; none: only the report is written anew. */
  readonly sections: readonly Section[];
  readonly profile: Profile;
  readonly out: string;
  /** One end-to-end run of this size, in place of the profile's. */
  readonly apps: number | undefined;
  /** Only with this many etcd nodes; undefined: as many as the profile says. */
  readonly nodes: 1 | 3 | undefined;
  /** What happens in that one end-to-end run. @default steady */
  readonly scenarios: readonly ScenarioName[];
  /** Seconds between two heartbeats; undefined: as the profile says. */
  readonly periodSeconds: number | undefined;
  /** Seconds of the quiet stretch; undefined: as the profile says. */
  readonly steadySeconds: number | undefined;
  /** Whether every component is a process of its own, in place of one for all that watch the fleet. */
  readonly apart: boolean;
}

/** What to type. */
export const USAGE = `deno task phd [SECTION...] [--profile=quick|full] [--out=DIR]
            [--apps=N] [--nodes=1|3] [--scenarios=NAME,...] [--period=SECONDS]
            [--steady=SECONDS] [--apart]

SECTION: all (default), ${SECTIONS.join(", ")}, or report, which measures nothing
--apps, --nodes, --scenarios, --period and --steady make one end-to-end run (--apps is the size of
mirror, too); --apart runs every
component in a process of its own, where otherwise those that watch the fleet share one
Scenarios: ${SCENARIO_NAMES.join(", ")}`;

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads the command line.
 *
 * @throws {UsageError} naming what cannot be understood
 */
export function parseOptions(args: readonly string[]): PhdOptions {
  const { values, positionals } = split(args);
  return {
    sections: sectionsOf(positionals),
    profile: oneOf("profile", values.profile, ["quick", "full"]),
    out: values.out,
    apps: values.apps === undefined ? undefined : wholeNumber("apps", values.apps),
    nodes: values.nodes === undefined
      ? undefined
      : oneOf("nodes", values.nodes, ["1", "3"]) === "3"
      ? 3
      : 1,
    scenarios: values.scenarios.split(",").map((name) => oneOf("scenarios", name, SCENARIO_NAMES)),
    periodSeconds: values.period === undefined ? undefined : wholeNumber("period", values.period),
    steadySeconds: values.steady === undefined ? undefined : wholeNumber("steady", values.steady),
    apart: values.apart,
  };
}

function split(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        profile: { type: "string", default: "quick" },
        out: { type: "string", default: "dist/phd" },
        apps: { type: "string" },
        nodes: { type: "string" },
        scenarios: { type: "string", default: "steady" },
        period: { type: "string" },
        steady: { type: "string" },
        apart: { type: "boolean", default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function sectionsOf(names: readonly string[]): readonly Section[] {
  for (const name of names) oneOf("a section", name, [...SECTIONS, "all", "report"]);
  if (names.length === 0 || names.includes("all")) return SECTIONS;
  return SECTIONS.filter((section) => names.includes(section));
}

function oneOf<T extends string>(what: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new UsageError(`Cannot use "${text}" for ${what}: it is one of ${allowed.join(", ")}`);
}

function wholeNumber(what: string, text: string): number {
  const value = Number(text.replaceAll("_", ""));
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`Cannot use "${text}" for ${what}: a whole number above 0 is needed`);
}
