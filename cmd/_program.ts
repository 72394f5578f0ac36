/**
 * The command line: which commands there are and what they take (design: command line). What they do is
 * imported when one is called, so that `--help` pays for nothing else.
 *
 * @module
 */

import { Command, CommanderError, InvalidArgumentError } from "commander";
import { COMPONENT_NAMES, type ComponentName } from "../lib/models/component_role.ts";
import { COMPONENTS } from "./_components.ts";
import { EXIT_DONE, EXIT_USAGE } from "./_exit_codes.ts";
import { normalizeArgs } from "./_normalize_args.ts";
import type { Outcome } from "./_outcome.ts";
import { addTools } from "./_tools.ts";
import { UsageError } from "./_usage_error.ts";
import { VERSION } from "./_version.ts";

/** Runs the command that `args` ask for and returns its exit code. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const outcome = { exitCode: EXIT_DONE };
  return await parse(createProgram(outcome), { args, outcome });
}

/** Runs the standalone executable of one component: the same flags, without the component's name. */
export async function runStandalone(name: ComponentName, args: readonly string[]): Promise<number> {
  const program = createCommand(name).description(COMPONENTS[name].summary).version(VERSION);
  const outcome = { exitCode: EXIT_DONE };
  addRun(program, { name, outcome });
  return await parse(program, { args, outcome });
}

/** The whole command line of `hm9000`. */
export function createProgram(outcome: Outcome): Command {
  const program = createCommand("hm9000")
    .description("Keeps the apps of a Cloud Foundry style platform running as desired")
    .version(VERSION);
  for (const name of COMPONENT_NAMES) {
    const { alias, summary } = COMPONENTS[name];
    const command = program.command(name).description(summary);
    if (alias !== undefined) command.alias(alias);
    addRun(command, { name, outcome });
  }
  addAll(program, outcome);
  addTools(program, outcome);
  return program;
}

function createCommand(name: string): Command {
  return new Command(name)
    .exitOverride()
    .allowExcessArguments(false)
    .showHelpAfterError("(--help shows what there is)")
    .showSuggestionAfterError();
}

/** Components of one process share one view of the fleet, so that it may be of use to run some together. */
function addAll(program: Command, outcome: Outcome): void {
  const command = program.command("all")
    .description("Run every component in one process, or some of them")
    .option("--components <names>", "only these, separated by commas", parseComponentNames);
  addRun(command, { name: "all", outcome });
}

function parseComponentNames(text: string): readonly ComponentName[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !(COMPONENT_NAMES as readonly string[]).includes(name));
  if (unknown === undefined) return COMPONENT_NAMES.filter((name) => names.includes(name));
  const known = COMPONENT_NAMES.join(", ");
  throw new InvalidArgumentError(`"${unknown}" is not a component; those are ${known}`);
}

/** What a component's command line may say. */
interface RunFlags {
  readonly config: string;
  readonly once?: true;
  readonly components?: readonly ComponentName[];
  readonly dryRun?: true;
  readonly json?: true;
}

function addRun(
  command: Command,
  what: { readonly name: ComponentName | "all"; readonly outcome: Outcome },
): void {
  const { name, outcome } = what;
  const everything = name === "all" ? COMPONENT_NAMES : [name];
  command
    .requiredOption("--config <path>", "configuration file, YAML or JSON")
    .action(async (flags: RunFlags) => {
      if (flags.dryRun !== undefined || flags.json !== undefined) {
        outcome.exitCode = await foretell(name, flags);
        return;
      }
      const { config: configPath, once = false, components = everything } = flags;
      const { run } = await import("./_commands/run.ts");
      await run({ name, components, configPath, once });
    });
  const passes = name !== "all" && COMPONENTS[name].worksInPasses;
  const once = command.createOption("--once", "make one pass and exit");
  command.addOption(passes ? once : once.hideHelp());
  if (!hasDryRun(name)) return;
  command
    .option(
      "--dry-run",
      "with --once: say what the pass would do and why, and change nothing; exit 3 if it is anything",
    )
    .option("--json", "with --dry-run: a line of JSON for each");
}

async function foretell(name: ComponentName | "all", flags: RunFlags): Promise<number> {
  const { config: configPath, once, dryRun, json = false } = flags;
  if (!hasDryRun(name) || once === undefined || dryRun === undefined) {
    throw new UsageError(
      `Cannot run ${name} like that: --dry-run goes with --once, and --json with --dry-run`,
    );
  }
  const { showDryRun } = await import("./_commands/dry_run.ts");
  return await showDryRun({ name, configPath, json });
}

/** Whose passes can be foretold. */
function hasDryRun(name: ComponentName | "all"): name is "analyzer" | "sender" {
  return name === "analyzer" || name === "sender";
}

async function parse(
  program: Command,
  run: { readonly args: readonly string[]; readonly outcome: Outcome },
): Promise<number> {
  try {
    await program.parseAsync(normalizeArgs(run.args), { from: "user" });
    return run.outcome.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
  }
}
