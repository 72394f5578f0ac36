import { expect } from "expect";
import { GOLDEN_RECORDS } from "./golden_records.ts";

const FOLDER = new URL("./golden/", import.meta.url);

async function kept(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(name, FOLDER));
}

Deno.test("every kept record is of a kind that there is", async () => {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) names.push(name);
  expect(names.sort()).toEqual(GOLDEN_RECORDS.map(({ name }) => name).sort());
});

for (const { name, written, read, value } of GOLDEN_RECORDS) {
  Deno.test(`${name} is written as it is kept, byte for byte, and read as what was written`, async () => {
    const text = await kept(name);
    expect(written).toBe(text);
    expect(read(text)).toEqual(value);
  });

  if (!written.startsWith("{") || name === "keys") continue;
  Deno.test(`${name} is read just so when a later version has added to it`, async () => {
    const later = { ...JSON.parse(await kept(name)), "added_later": { "deep": [1] } };
    expect(read(JSON.stringify(later))).toEqual(value);
  });
}
