import { expect } from "expect";
import { prepareAnswers, PREPARED_QUESTIONS } from "./prepare_answers.ts";

Deno.test("prepareAnswers() says what the program says, each where and how it ends", async () => {
  const answers = await prepareAnswers("hm9000");
  expect(Object.keys(answers)).toEqual(PREPARED_QUESTIONS);
  expect(answers["--version"]).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    stderr: "",
  });
  expect(answers["--help"]).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^Usage: hm9000 [^]* explain /),
    stderr: "",
  });
  expect(answers[""]).toEqual({ code: 2, stdout: "", stderr: answers["--help"]?.stdout });
});

Deno.test("prepareAnswers() refuses what is no answer", async () => {
  await expect(prepareAnswers("no_such_entrypoint")).rejects.toThrow(
    'Cannot prepare what no_such_entrypoint answers to "": it ended with 1',
  );
});
