import { expect } from "expect";
import { Executable } from "./executable.ts";

const sh = new Executable("/bin/sh");

Deno.test("Executable.run() gives the code and all that was printed", async () => {
  const ended = await sh.run("-c", "echo out; echo err >&2; exit 3");
  expect(ended).toEqual({ code: 3, stdout: "out\n", stderr: "err\n" });
});

Deno.test("Executable.succeed() gives what was printed, and tells everything about a failure", async () => {
  expect(await sh.succeed("-c", "echo out")).toBe("out\n");
  await expect(sh.succeed("-c", "echo why >&2; exit 1")).rejects.toThrow(/exit code 1\n\nwhy/);
});

/** Starts a shell that takes the signal to stop by running `last`, and stops it once it is up. */
async function startAndStop(last: string): Promise<string> {
  const file = await Deno.makeTempFile();
  try {
    {
      const loop = "while :; do sleep 0.02; done";
      await using _daemon = sh.start("-c", `trap '${last}' TERM; echo ready >${file}; ${loop}`);
      while (await Deno.readTextFile(file) !== "ready\n");
      await sh.run("-c", `echo seen >${file}`);
    }
    return await Deno.readTextFile(file);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("Executable.start() runs a daemon until it is disposed of", async () => {
  expect(await startAndStop("exit 0")).toBe("seen\n");
});

Deno.test("Executable.start() reports a daemon that does not stop cleanly", async () => {
  await expect(startAndStop("exit 4")).rejects.toThrow("exit code 4");
});
