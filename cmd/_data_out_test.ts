import { expect } from "expect";
import { writeData } from "./_data_out.ts";

Deno.test("writeData() writes all of it, however little is taken at a time", () => {
  let written = "";
  const stream = {
    writeSync: (bytes: Uint8Array) => {
      written += new TextDecoder().decode(bytes.subarray(0, 2));
      return Math.min(2, bytes.length);
    },
  };
  expect(writeData("12345\n", stream)).toBe(true);
  expect(written).toBe("12345\n");
});

Deno.test("writeData() says when nobody reads any more, and throws what else goes wrong", () => {
  const failing = (error: Error) => ({
    writeSync: (): number => {
      throw error;
    },
  });
  expect(writeData("x", failing(new Deno.errors.BrokenPipe()))).toBe(false);
  expect(() => writeData("x", failing(new Deno.errors.PermissionDenied("full")))).toThrow("full");
});
