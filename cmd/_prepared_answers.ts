/**
 * What an executable answers without loading anything: its help and its version. `deno task compile` asks
 * the program itself and puts the answers beside the code; under `deno run` there are none.
 *
 * @module
 */

/** What a run of the program left. */
export interface PreparedAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Answers by the only word of the command line, which is empty when there is none. */
export type PreparedAnswers = Readonly<Record<string, PreparedAnswer>>;

/** The name of the file; `deno task compile` writes it. */
export const PREPARED_ANSWERS_FILE = "prepared_answers.json";

/** The answer to `args`; undefined when it has to be worked out, as for everything of several words. */
export function preparedAnswer(
  args: readonly string[],
  folder = new URL(".", import.meta.url),
): PreparedAnswer | undefined {
  if (args.length > 1) return undefined;
  const [line = ""] = args;
  const answers = readAnswers(folder);
  return answers !== undefined && Object.hasOwn(answers, line) ? answers[line] : undefined;
}

function readAnswers(folder: URL): PreparedAnswers | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(new URL(PREPARED_ANSWERS_FILE, folder)));
  } catch (error) {
    // Sources have no such file; and where one may not look, under a set of permissions, there is none.
    const { NotFound, NotCapable } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotCapable) return undefined;
    throw error;
  }
}
