import { expect } from "expect";
import { Child } from "./child.ts";

const program = (source: string) => `data:application/typescript,${encodeURIComponent(source)}`;

Deno.test("Child reads lines, and knows how the program ended and what it said", async () => {
  const lines: string[] = [];
  await using child = new Child({
    name: "talker",
    args: [program('console.log("one\\ntwo"); console.error("bye"); Deno.exit(3);')],
    onLine: (line) => lines.push(line),
  });
  await child.ended;
  await child[Symbol.asyncDispose]();
  expect(lines).toEqual(["one", "two"]);
  expect([child.exitCode, child.said]).toEqual([3, "bye\n"]);
});

Deno.test("Child ends a program that would go on for ever", async () => {
  const child = new Child({ name: "stayer", args: [program("setInterval(() => {}, 1000);")] });
  await child[Symbol.asyncDispose]();
  expect(child.exitCode).not.toBeUndefined();
});
