/**
 * The door of every executable. It imports next to nothing: a question that has a prepared answer is
 * answered before the command line, its packages and what they want of Node are loaded, which takes longer
 * than everything else about it.
 *
 * @module
 */

import type { ComponentName } from "../lib/models/component_role.ts";
import { preparedAnswer } from "./_prepared_answers.ts";

/** What the arguments are given to; gives the exit code. */
export type Command = (args: readonly string[]) => Promise<number>;

/** Answers from what is prepared, or loads the command and runs it; ends the process. */
export async function enter(load: () => Promise<Command>): Promise<void> {
  const answer = preparedAnswer(Deno.args);
  if (answer !== undefined) {
    if (answer.stdout !== "") console.log(answer.stdout);
    if (answer.stderr !== "") console.error(answer.stderr);
    Deno.exit(answer.code);
  }
  const { main } = await import("./_main.ts");
  await main(async (args) => await (await load())(args));
}

/** As {@linkcode enter}, for the executable of one component. */
export async function enterComponent(name: ComponentName): Promise<void> {
  await enter(async () => {
    const { runStandalone } = await import("./_program.ts");
    return (args) => runStandalone(name, args);
  });
}
