import { expect } from "expect";
import { createProgram } from "../_program.ts";
import { completed, renderCompletion } from "./completion.ts";

const places = completed(createProgram({ exitCode: 0 }));

/** What bash offers for a line whose last word is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const line = words.map((word) => `'${word}'`).join(" ");
  const script = `${renderCompletion("bash", places)}
COMP_WORDS=(hm9000 ${line}); COMP_CWORD=${words.length}
_hm9000; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await new Deno.Command("bash", { args: ["-c", script] }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((word) => word !== "");
}

Deno.test("completed() has every command and flag of the command line, subcommands and aliases too", () => {
  const program = createProgram({ exitCode: 0 });
  const words = (path: string) => places.find((place) => place.path === path)?.words ?? [];
  for (const command of program.commands) {
    expect(words("").map(({ word }) => word)).toContain(command.name());
    for (const { long, hidden } of command.options) {
      if (!hidden) expect(words(command.name()).map(({ word }) => word)).toContain(long);
    }
    for (const sub of command.commands) {
      for (const { long } of sub.options) {
        expect(words(`${command.name()} ${sub.name()}`).map(({ word }) => word)).toContain(long);
      }
    }
  }
  expect(words("analyze")).toEqual(words("analyzer"));
  expect(words("actual_state_listener").map(({ word }) => word)).not.toContain("--once");
});

Deno.test({
  name: "the script for bash offers commands, subcommands, choices and flags where they belong",
  ignore: Deno.build.os === "windows",
  async fn() {
    expect(await offered("an")).toEqual(["analyzer", "analyze"]);
    expect(await offered("config", "s")).toEqual(["show", "schema"]);
    expect(await offered("config", "show", "--")).toEqual(["--config", "--json", "--help"]);
    expect(await offered("completion", "z")).toEqual(["zsh"]);
    expect(await offered("dump", "--raw", "--j")).toEqual(["--json"]);
  },
});

Deno.test("the scripts for zsh and fish hold the same", () => {
  expect(renderCompletion("zsh", places)).toContain(renderCompletion("bash", places));
  const fish = renderCompletion("fish", places);
  const where = "'__fish_seen_subcommand_from config; and __fish_seen_subcommand_from show'";
  expect(fish).toContain(`complete -c hm9000 -n ${where} -l json -d `);
  expect(fish).toContain("complete -c hm9000 -n __fish_use_subcommand -a dump -d ");
});
