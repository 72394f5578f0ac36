import { expect } from "expect";
import { PREPARED_ANSWERS_FILE, preparedAnswer } from "./_prepared_answers.ts";

const HELP = { code: 0, stdout: "Usage", stderr: "" };

async function withAnswers(use: (folder: URL) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const answers = { "--help": HELP, "": HELP };
    await Deno.writeTextFile(`${folder}/${PREPARED_ANSWERS_FILE}`, JSON.stringify(answers));
    use(new URL(`file://${folder}/`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("preparedAnswer() gives what was put beside the code", async () => {
  await withAnswers((folder) => {
    expect(preparedAnswer(["--help"], folder)).toEqual(HELP);
    expect(preparedAnswer([], folder)).toEqual(HELP);
  });
});

Deno.test("preparedAnswer() leaves to the program what no answer is prepared for", async () => {
  await withAnswers((folder) => {
    expect(preparedAnswer(["demo", "--help"], folder)).toBe(undefined);
    expect(preparedAnswer(["--help", "more"], folder)).toBe(undefined);
    expect(preparedAnswer(["constructor"], folder)).toBe(undefined);
  });
});

Deno.test("preparedAnswer() has none where nothing was put beside the code", () => {
  expect(preparedAnswer(["--help"])).toBe(undefined);
});
