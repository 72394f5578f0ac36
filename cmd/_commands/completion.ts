/**
 * `hm9000 completion bash|zsh|fish`: a script that completes commands and options, made from the command
 * line itself, so that the two cannot differ.
 *
 * @module
 */

import type { Command } from "commander";

/** A place on the command line, and what may follow there. */
export interface Completed {
  /** The words before it, `config show` for example; empty at the beginning. */
  readonly path: string;
  readonly words: readonly CompletedWord[];
}

/** A word that may follow: a command, an alias, a choice, or a long option with its dashes. */
export interface CompletedWord {
  readonly word: string;
  readonly summary: string;
}

/** Prints the script for `shell`. */
export function showCompletion(shell: "bash" | "zsh" | "fish", program: Command): void {
  console.log(renderCompletion(shell, completed(program)));
}

/** What there is to complete, everywhere. */
export function completed(program: Command, path = ""): Completed[] {
  const commands = program.commands.flatMap((command) =>
    [command.name(), ...command.aliases()].map((word) => ({ word, command }))
  );
  const words = [
    ...commands.map(({ word, command }) => ({ word, summary: command.description() })),
    ...program.registeredArguments.flatMap(({ argChoices = [], description }) =>
      argChoices.map((word) => ({ word, summary: description }))
    ),
    ...program.options.filter(({ hidden }) => !hidden).flatMap(({ long, description }) =>
      long ? [{ word: long, summary: description }] : []
    ),
    { word: "--help", summary: "show what there is" },
  ];
  const below = commands.flatMap(({ word, command }) =>
    completed(command, `${path} ${word}`.trim())
  );
  return [{ path, words }, ...below];
}

/** The script for `shell`. */
export function renderCompletion(
  shell: "bash" | "zsh" | "fish",
  places: readonly Completed[],
): string {
  switch (shell) {
    case "bash":
      return bash(places);
    case "zsh":
      return `#compdef hm9000\nautoload -U +X bashcompinit && bashcompinit\n${bash(places)}`;
    case "fish":
      return fish(places);
  }
}

/** Of commands in two words there are few: where the second is none of them, the first alone counts. */
function bash(places: readonly Completed[]): string {
  const cases = places.map(({ path, words }) =>
    `    "${path}") echo "${words.map(({ word }) => word).join(" ")}" ;;`
  );
  return `_hm9000_words() {
  case "$1" in
${cases.join("\n")}
    *) return 1 ;;
  esac
}
_hm9000() {
  local words current="\${COMP_WORDS[COMP_CWORD]}"
  local first="\${COMP_WORDS[1]}" second="\${COMP_WORDS[2]}"
  if [ "$COMP_CWORD" -eq 1 ]; then words=$(_hm9000_words "")
  elif [ "$COMP_CWORD" -gt 2 ] && words=$(_hm9000_words "$first $second"); then :
  else words=$(_hm9000_words "$first")
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _hm9000 hm9000`;
}

function fish(places: readonly Completed[]): string {
  return places.flatMap(({ path, words }) =>
    words.map(({ word, summary }) => {
      const [first, second] = path.split(" ");
      const seen = [first, second].filter((name) => name !== undefined && name !== "")
        .map((name) => `__fish_seen_subcommand_from ${name}`);
      const where = seen.length === 0 ? "__fish_use_subcommand" : `'${seen.join("; and ")}'`;
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c hm9000 -n ${where} ${what} -d '${summary.replaceAll("'", "\\'")}'`;
    })
  ).join("\n");
}
