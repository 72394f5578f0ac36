/**
 * The command line's tools, as opposed to its components: what operators look with. Data goes to standard
 * output, talk to standard error.
 *
 * @module
 */

import { Argument, type Command, InvalidArgumentError } from "commander";
import { parseDuration } from "../lib/helpers/duration.ts";
import { TAP_KINDS } from "../lib/tap/tap_kinds.ts";
import type { Outcome } from "./_outcome.ts";

/** Adds the tools to the command line. */
export function addTools(program: Command, outcome: Outcome): void {
  addDump(program);
  addExplain(program);
  addHold(program);
  addResume(program);
  addHolds(program);
  addDoctor(program, outcome);
  addTap(program);
  addTop(program);
  addConfig(program);
  addDemo(program, outcome);
  addVersion(program);
  addCompletion(program);
}

const CONFIG_OPTION = ["--config <path>", "configuration file, YAML or JSON"] as const;

function addDump(program: Command): void {
  program.command("dump")
    .description("Show every app with its heartbeats and pending messages")
    .requiredOption(...CONFIG_OPTION)
    .option("--raw", "show every key of the store instead")
    .option("--json", "show an array of objects instead of text")
    .action(async (options: { config: string; raw?: true; json?: true }) => {
      const { dump } = await import("./_commands/dump.ts");
      await dump({
        configPath: options.config,
        raw: options.raw ?? false,
        json: options.json ?? false,
      });
    });
}

function addExplain(program: Command): void {
  program.command("explain")
    .description(
      "Say what is known of an app, why, and what will happen to it next; exit 1 if nothing is known",
    )
    .argument("<app_guid>")
    .argument("[app_version]", "all versions unless given")
    .requiredOption(...CONFIG_OPTION)
    .option("--since <seconds>", "show decisions that are at most this old", positive, 3600)
    .option("--decisions <n>", "show at most this many of them", positive, 20)
    .option("--json", "show one object a line instead of text")
    .action(
      async (
        guid: string,
        version: string | undefined,
        options: { config: string; since: number; decisions: number; json?: true },
      ) => {
        const { explainApp } = await import("./_commands/explain.ts");
        await explainApp({
          appGuid: guid,
          appVersion: version,
          configPath: options.config,
          since: options.since,
          decisions: options.decisions,
          json: options.json ?? false,
        });
      },
    );
}

const HOLDABLE = ["starts", "stops", "all"] as const;
const BY_OPTION = [
  "--by <name>",
  "who you are; the user you are logged in as unless given",
] as const;

interface SaidOptions {
  readonly config: string;
  readonly reason: string;
  readonly for?: number;
  readonly by?: string;
  readonly json?: true;
}

function addHold(program: Command): void {
  program.command("hold")
    .description("Stop sending starts, stops or both, until hold ends or is resumed")
    .addArgument(program.createArgument("<what>", "what to hold").choices(HOLDABLE))
    .requiredOption(...CONFIG_OPTION)
    .requiredOption("--reason <text>", "why, for whoever comes upon it")
    .option("--for <duration>", "how long, such as 30m or 2h", duration)
    .option(...BY_OPTION)
    .option("--json", "show one object a line instead of text")
    .action(async (what: typeof HOLDABLE[number], options: SaidOptions) => {
      const { hold } = await import("./_commands/hold.ts");
      await hold(what, saidFrom(options));
    });
}

function addResume(program: Command): void {
  program.command("resume")
    .description("End holds; a breaker that held is to let what goes on pass")
    .argument("[what]", "starts, stops, all, or the name of a hold; the only one unless given")
    .requiredOption(...CONFIG_OPTION)
    .option("--reason <text>", "why, for the audit log", "not said")
    .option("--for <duration>", "how long a breaker is to hold nothing, such as 10m", duration)
    .option(...BY_OPTION)
    .option("--json", "show one object a line instead of text")
    .action(async (what: string | undefined, options: SaidOptions) => {
      const { resumeHolds } = await import("./_commands/hold.ts");
      await resumeHolds(what, saidFrom(options));
    });
}

function addHolds(program: Command): void {
  program.command("holds")
    .description("Show what is held, by whom and why")
    .requiredOption(...CONFIG_OPTION)
    .option("--audit", "show what operators did of late instead")
    .option("--json", "show one object a line instead of text")
    .action(async (options: { config: string; audit?: true; json?: true }) => {
      const { showHolds } = await import("./_commands/hold.ts");
      await showHolds({
        configPath: options.config,
        audit: options.audit ?? false,
        json: options.json ?? false,
      });
    });
}

function saidFrom(options: SaidOptions) {
  const { config, reason, by, json = false } = options;
  return { configPath: config, reason, by, seconds: options.for, json };
}

function addDoctor(program: Command, outcome: Outcome): void {
  program.command("doctor")
    .description("Look at every server that the configuration names; exit 1 if one is not well")
    .requiredOption(...CONFIG_OPTION)
    .option("--publish", "also publish empty messages, to see whether starts and stops could be")
    .option("--json", "show one object a line instead of text")
    .action(async (options: { config: string; publish?: true; json?: true }) => {
      const { doctor } = await import("./_commands/doctor.ts");
      outcome.exitCode = await doctor({
        configPath: options.config,
        publish: options.publish ?? false,
        json: options.json ?? false,
      });
    });
}

function addTop(program: Command): void {
  program.command("top")
    .description("Show how the platform is, live")
    .requiredOption(...CONFIG_OPTION)
    .option("--once", "show one picture and end")
    .option("--json", "show one object a moment instead of pictures")
    .action(async (options: { config: string; once?: true; json?: true }) => {
      const { top } = await import("./_commands/top.ts");
      await top({
        configPath: options.config,
        once: options.once ?? false,
        json: options.json ?? false,
      });
    });
}

function addTap(program: Command): void {
  const tap = program.command("tap").description("Follow what goes over the message bus");
  for (const kind of TAP_KINDS) {
    tap.command(kind)
      .description(`Show ${kind} as they are published`)
      .requiredOption(...CONFIG_OPTION)
      .option("--app <guid>", "only what is about this app")
      .option("--count <n>", "end after so many messages", positive)
      .option("--for <seconds>", "end after this long", positive)
      .option("--json", "show one object a line instead of text")
      .action(
        async (
          options: { config: string; app?: string; count?: number; for?: number; json?: true },
        ) => {
          const { tap } = await import("./_commands/tap.ts");
          await tap({
            kind,
            configPath: options.config,
            appGuid: options.app,
            count: options.count,
            forSeconds: options.for,
            json: options.json ?? false,
          });
        },
      );
  }
}

function addConfig(program: Command): void {
  const config = program.command("config").description("Look at a configuration");
  config.command("check")
    .description("Say whether a configuration can be used")
    .requiredOption(...CONFIG_OPTION)
    .action(async (options: { config: string }) => {
      const { checkConfig } = await import("./_commands/config.ts");
      await checkConfig(options.config);
    });
  config.command("show")
    .description("Show the values in effect and where they come from, secrets masked")
    .requiredOption(...CONFIG_OPTION)
    .option("--json", "show one object a line instead of YAML")
    .action(async (options: { config: string; json?: true }) => {
      const { showConfiguration } = await import("./_commands/config.ts");
      await showConfiguration(options.config, { json: options.json ?? false });
    });
  config.command("schema")
    .description("Show the JSON Schema of configuration files, for editors")
    .action(async () => {
      const { showSchema } = await import("./_commands/config.ts");
      showSchema();
    });
}

function addDemo(program: Command, outcome: Outcome): void {
  program.command("demo")
    .description("Watch a simulated platform break and heal; nothing to install")
    .option("--for <seconds>", "end after this long: exit 0 if all has healed, else 1", positive)
    .option("--apps <n>", "how many apps", positive, 12)
    .option("--deas <n>", "how many DEAs", positive, 4)
    .action(async (options: { for?: number; apps: number; deas: number }) => {
      const { demo } = await import("./_demo/demo.ts");
      outcome.exitCode = await demo({ forSeconds: options.for, ...options });
    });
}

function addVersion(program: Command): void {
  program.command("version")
    .description("Show the version")
    .option("--json", "show version, commit, runtime and licences as an object")
    .action(async (options: { json?: true }) => {
      const { showVersion } = await import("./_commands/version.ts");
      await showVersion({ json: options.json ?? false });
    });
}

function addCompletion(program: Command): void {
  program.command("completion")
    .description("Print a completion script for a shell: bash, zsh or fish")
    .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(["bash", "zsh", "fish"]))
    .action(async (name: "bash" | "zsh" | "fish") => {
      const { showCompletion } = await import("./_commands/completion.ts");
      showCompletion(name, program);
    });
}

function positive(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number above 0.");
}

function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw new InvalidArgumentError("It must be a duration such as 90s, 30m, 2h or 1h30m.");
}
