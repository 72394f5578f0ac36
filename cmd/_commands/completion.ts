/**
 * `hm9000 completion bash|zsh|fish`: a script that completes commands and options, made from the command
 * line itself, so that the two cannot differ.
 *
 * @module
 */

import type { Command } from "commander";

/** A command as completions need it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** Long options with their dashes, and the names of subcommands. */
  readonly words: readonly string[];
}

/** Prints the script for `shell`. */
export function showCompletion(shell: "bash" | "zsh" | "fish", program: Command): void {
  console.log(renderCompletion(shell, completedCommands(program)));
}

/** What there is to complete. */
export function completedCommands(program: Command): CompletedCommand[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.description(),
    words: [
      ...command.commands.map((sub) => sub.name()),
      ...command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []),
    ],
  }));
}

/** The script for `shell`. */
export function renderCompletion(
  shell: "bash" | "zsh" | "fish",
  commands: readonly CompletedCommand[],
): string {
  switch (shell) {
    case "bash":
      return bash(commands);
    case "zsh":
      return `#compdef hm9000\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
    case "fish":
      return fish(commands);
  }
}

function bash(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ name, words }) => `    ${name}) words="${words.join(" ")}" ;;`);
  return `_hm9000() {
  local words current="\${COMP_WORDS[COMP_CWORD]}"
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    *) words="" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${commands.map(({ name }) => name).join(" ")} --help"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _hm9000 hm9000`;
}

function fish(commands: readonly CompletedCommand[]): string {
  return commands.flatMap(({ name, summary, words }) => [
    `complete -c hm9000 -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", "\\'")}'`,
    ...words.map((word) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c hm9000 -n '__fish_seen_subcommand_from ${name}' ${what}`;
    }),
  ]).join("\n");
}
