/**
 * Prints `docs/reference/command_line.md`, made from the command line itself, so that the two cannot
 * differ; `deno task docs` runs it.
 *
 * @module
 */

import type { Command } from "commander";
import { EXIT_DONE } from "./_exit_codes.ts";
import { createProgram } from "./_program.ts";

/** The page, in Markdown that the formatter still pads. */
export function renderCliReference(program: Command): string {
  return [INTRODUCTION, ...program.commands.flatMap((command) => section(command, "hm9000"))]
    .join("\n");
}

const INTRODUCTION = `# Command line

_Made by \`deno task docs\` from the command line itself; do not edit._

Flags take one dash or two: \`-config=x\`, \`--config=x\` and \`--config x\` are the same. Data goes to
standard output, talk to standard error. The executable of a single component, such as \`analyzer\`,
takes the flags of the command of that name.

| exit code | means                                                          |
| --------- | -------------------------------------------------------------- |
| 0         | done                                                           |
| 1         | the work failed: the store is not fresh, a server refused, …   |
| 2         | wrong usage or a wrong configuration; trying again is no use   |
| 3         | a dry run found something that would be done                   |
| 197       | leadership, or the message bus, is lost for good: start again  |
`;

function section(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((sub) => section(sub, name));
  const usage = [name, ...command.registeredArguments.map(argumentUsage), "[options]"].join(" ");
  const options = command.options.filter(({ hidden }) => !hidden).map(optionLine);
  const aliases = command.aliases().map((alias) => `\`${alias}\``).join(", ");
  return [
    `## ${name}\n`,
    `${command.description()}.${aliases === "" ? "" : ` Also called ${aliases}.`}\n`,
    `\`${usage}\`\n`,
    ...options,
    "",
  ];
}

function argumentUsage(argument: Command["registeredArguments"][number]): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

function optionLine(option: Command["options"][number]): string {
  const { mandatory, defaultValue, description, flags } = option;
  const note = mandatory ? " (required)" : defaultValue === undefined ? "" : ` (${defaultValue})`;
  return `- \`${flags}\`: ${description}${note}`;
}

if (import.meta.main) console.log(renderCliReference(createProgram({ exitCode: EXIT_DONE })));
