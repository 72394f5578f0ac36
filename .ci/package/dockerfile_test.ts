import { expect } from "expect";

const FILE = new URL("../../packaging/docker/Dockerfile", import.meta.url);
/** The instructions of a Dockerfile that makes an image of files that are there. */
const INSTRUCTION = /^(FROM|COPY|WORKDIR|USER|ENTRYPOINT|CMD|ENV|EXPOSE|LABEL) (\S.*)$/;

/** The instructions, each with what it is told. */
function instructions(text: string): [name: string, argument: string][] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [, name, argument] = INSTRUCTION.exec(line) ?? [];
    if (name === undefined || argument === undefined) {
      throw new Error(`Not an instruction: ${line}`);
    }
    return [name, argument];
  });
}

Deno.test("the Dockerfile is one, and runs the executable without a shell and without root [S19]", async () => {
  const found = instructions(await Deno.readTextFile(FILE));
  const all = (name: string) => found.filter(([one]) => one === name).map(([, told]) => told);
  expect(found[0]?.[0]).toBe("FROM");
  expect(all("FROM")).toEqual([expect.stringMatching(/distroless\/.*:nonroot$/)]);
  expect(all("COPY")).toEqual(["hm9000 /usr/bin/hm9000"]);
  expect(all("USER")).toEqual(["nonroot"]);
  expect(all("ENTRYPOINT").map((told) => JSON.parse(told))).toEqual([["/usr/bin/hm9000"]]);
  expect(all("CMD").map((told) => JSON.parse(told)[0])).toEqual(["all"]);
});

Deno.test("a line that is no instruction is told", () => {
  expect(() => instructions("FROM a\nCOPPY b c\n")).toThrow("Not an instruction: COPPY b c");
});
