import { expect } from "expect";
import { createProgram } from "./_program.ts";

/** What `all` would run in its process. */
async function chosen(...args: readonly string[]): Promise<readonly string[]> {
  const program = createProgram({ exitCode: 0 });
  const all = program.commands.find((command) => command.name() === "all");
  if (all === undefined) throw new Error("There is no command all");
  let components: readonly string[] = [];
  all.action((options: { readonly components?: readonly string[] }) => {
    components = options.components ?? ["everything"];
  });
  all.configureOutput({ writeErr: () => {} });
  await program.parseAsync(["all", "--config=none", ...args], { from: "user" });
  return components;
}

Deno.test("hm9000 all runs every component, or those it is told to, in their usual order", async () => {
  expect(await chosen()).toEqual(["everything"]);
  expect(await chosen("--components=sender, analyzer,sender")).toEqual(["analyzer", "sender"]);
});

Deno.test("hm9000 all refuses a component that there is not, and names those there are", async () => {
  await expect(chosen("--components=analyser")).rejects.toThrow(
    /"analyser" is not a component; those are actual_state_listener, .*, shredder/,
  );
});
