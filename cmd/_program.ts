/**
 * The command line: which commands there are and what they take (design: command line). What they do is
 * imported when one is called, so that `--help` pays for nothing else.
 *
 * @module
 */

import { Command, CommanderError, InvalidArgumentError } from "commander";
import { COMPONENT_NAMES, type ComponentName, COMPONENTS } from "./_components.ts";
import { EXIT_DONE, EXIT_USAGE } from "./_exit_codes.ts";
import { normalizeArgs } from "./_normalize_args.ts";
import type { Outcome } from "./_outcome.ts";
import { addTools } from "./_tools.ts";
import { VERSION } from "./_version.ts";

/** Runs the command that `args` ask for and returns its exit code. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const outcome = { exitCode: EXIT_DONE };
  return await parse(createProgram(outcome), { args, outcome });
}

/** Runs the standalone executable of one component: the same flags, without the component's name. */
export async function runStandalone(name: ComponentName, args: readonly string[]): Promise<number> {
  const program = createCommand(name).description(COMPONENTS[name].summary).version(VERSION);
  addRun(program, name);
  return await parse(program, { args, outcome: { exitCode: EXIT_DONE } });
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
    addRun(command, name);
  }
  addAll(program);
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
function addAll(program: Command): void {
  const command = program.command("all")
    .description("Run every component in one process, or some of them")
    .option("--components <names>", "only these, separated by commas", parseComponentNames);
  addRun(command, "all");
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
  readonly once?: boolean;
  readonly components?: readonly ComponentName[];
}

function addRun(command: Command, name: ComponentName | "all"): void {
  const everything = name === "all" ? COMPONENT_NAMES : [name];
  command
    .requiredOption("--config <path>", "configuration file, YAML or JSON")
    .action(async ({ config, once = false, components = everything }: RunFlags) => {
      const { run } = await import("./_commands/run.ts");
      await run({ name, components, configPath: config, once });
    });
  const passes = name !== "all" && COMPONENTS[name].worksInPasses;
  const once = command.createOption("--once", "make one pass and exit");
  command.addOption(passes ? once : once.hideHelp());
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
