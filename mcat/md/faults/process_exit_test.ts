import { expect } from "expect";
import { exitName, exitProblem, type ProcessExit } from "./process_exit.ts";

const EXIT: ProcessExit = {
  name: "a-sender",
  asked: undefined,
  code: 197,
  signal: undefined,
  lastWords: "Lost the leadership",
};

Deno.test("exitProblem() takes the documented exit codes of daemons that end by themselves", () => {
  expect(exitProblem(EXIT)).toBeUndefined();
  expect(exitProblem({ ...EXIT, code: 1 })).toBeUndefined();
});

Deno.test("exitProblem() names other exit codes, and signals that nobody sent", () => {
  expect(exitProblem({ ...EXIT, code: 0 })).toBe(
    "a-sender ended with 0, documented are 1 and 197",
  );
  expect(exitProblem({ ...EXIT, code: 2 })).toContain("ended with 2");
  expect(exitProblem({ ...EXIT, code: 139, signal: "SIGSEGV" })).toContain("ended with SIGSEGV");
});

Deno.test("exitProblem() wants 0 of those who were asked to end, unless they had lost the leadership", () => {
  expect(exitProblem({ ...EXIT, asked: "SIGTERM", code: 0 })).toBeUndefined();
  expect(exitProblem({ ...EXIT, asked: "SIGTERM" })).toBeUndefined();
  const failed = { ...EXIT, asked: "SIGTERM", code: 1 } as const;
  expect(exitProblem(failed)).toContain("1 (asked by SIGTERM), documented are 0 and 197");
});

Deno.test("exitProblem() takes the kill that was sent, and no uncaught error whatever the code", () => {
  const killed = { ...EXIT, asked: "SIGKILL", code: 137, signal: "SIGKILL" } as const;
  expect(exitProblem(killed)).toBeUndefined();
  expect(exitName(killed)).toBe("SIGKILL (asked by SIGKILL)");
  const uncaught = { ...EXIT, code: 1, lastWords: "error: Uncaught (in promise) Error: x" };
  expect(exitProblem(uncaught)).toContain("an error that nobody caught");
});
