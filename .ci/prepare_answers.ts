/**
 * Asks an entrypoint what its executable is to answer without loading anything: the answers are put beside
 * the code, where `cmd/_prepared_answers.ts` finds them. It is the program itself that is asked, so that the
 * two cannot differ.
 *
 * @module
 */

const ROOT = new URL("../", import.meta.url).pathname;

/** The questions, in every spelling, each of a word or none. */
export const PREPARED_QUESTIONS: readonly string[] = [
  "",
  ...["help", "-h", "-help", "--help"],
  ...["version", "-V", "-version", "--version"],
];

/** An answer: done, or told how to use it. */
const ANSWERED: readonly number[] = [0, 2];

/** What a run of the program left. */
interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The answers of `cmd/NAME.ts`.
 *
 * @throws {Error} when it fails in place of answering
 */
export async function prepareAnswers(name: string): Promise<Readonly<Record<string, Answer>>> {
  const answers: Record<string, Answer> = {};
  for (const question of PREPARED_QUESTIONS) answers[question] = await ask(name, question);
  return answers;
}

async function ask(name: string, question: string): Promise<Answer> {
  const words = question === "" ? [] : [question];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-env",
      "--allow-read",
      `cmd/${name}.ts`,
      ...words,
    ],
    cwd: ROOT,
    stdin: "null",
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  if (!ANSWERED.includes(code)) {
    throw new Error(`Cannot prepare what ${name} answers to "${question}": it ended with ${code}`);
  }
  return { code, stdout: said(stdout), stderr: said(stderr) };
}

/** Whoever says it again ends it with a new line. */
function said(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\n$/, "");
}
