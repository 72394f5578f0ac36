import { expect } from "expect";
import { BUILD_INFO_FILE, readBuildInfo } from "./_build_info.ts";

Deno.test("readBuildInfo() reads what was put beside the code", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const info = { commit: "abc", licences: [{ name: "a", version: "1.0.0", licence: "MIT" }] };
    await Deno.writeTextFile(`${folder}/${BUILD_INFO_FILE}`, JSON.stringify(info));
    expect(await readBuildInfo(new URL(`file://${folder}/`))).toEqual(info);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("readBuildInfo() knows nothing where nothing was put", async () => {
  expect(await readBuildInfo()).toBe(undefined);
});
