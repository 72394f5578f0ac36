import { expect } from "expect";
import { readmeTestCommand } from "./readme_command.ts";

const README = `# hm9000

\`\`\`sh
npx -y deno@2.9.6 task demo
\`\`\`

Text with \`deno task test\` in it.

\`\`\`ts
task test
\`\`\`

## Test

\`\`\`sh
npx -y deno@2.9.6 task test
\`\`\`
`;

Deno.test("readmeTestCommand() finds the shell block that tests", () => {
  expect(readmeTestCommand(README, "2.9.6")).toBe("npx -y deno@2.9.6 task test");
});

Deno.test("readmeTestCommand() refuses a readme without one", () => {
  expect(() => readmeTestCommand(README.replaceAll("task test", "task"), "2.9.6"))
    .toThrow('no ```sh block holds "task test"');
});

Deno.test("readmeTestCommand() refuses another version than the pinned one, and none", () => {
  expect(() => readmeTestCommand(README, "2.9.7")).toThrow("asks for 2.9.6");
  expect(() => readmeTestCommand(README.replaceAll("@2.9.6", ""), "2.9.6")).toThrow("no version");
});
