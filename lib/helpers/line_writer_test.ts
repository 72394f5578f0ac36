import { expect } from "expect";
import { LineWriter } from "./line_writer.ts";

/** A stream that takes as many bytes per call as it is told, then refuses. */
function setUp(...takes: number[]) {
  let text = "";
  const state = { takes };
  const stream = {
    writeSync(bytes: Uint8Array): number {
      const take = state.takes.shift();
      if (take === undefined) throw new Deno.errors.WouldBlock("Full");
      const taken = bytes.subarray(0, take);
      text += new TextDecoder().decode(taken);
      return taken.length;
    },
  };
  return { writer: new LineWriter(stream), state, written: () => text };
}

Deno.test("LineWriter.write() writes a line at once, in parts if the stream takes parts", () => {
  const { writer, written } = setUp(2, 99);
  expect(writer.write("abcdef\n")).toBe(true);
  expect(written()).toBe("abcdef\n");
  expect(writer.takeLost()).toBe(0);
});

Deno.test("LineWriter.write() loses and counts a line that is refused, and does not throw", () => {
  const { writer, state, written } = setUp();
  expect([writer.write("a\n"), writer.write("b\n")]).toEqual([false, false]);
  state.takes.push(99);
  expect(writer.write("c\n")).toBe(true);
  expect(written()).toBe("c\n");
  expect([writer.takeLost(), writer.takeLost()]).toEqual([2, 0]);
});

Deno.test("LineWriter.write() finishes a line that was begun before it writes another", () => {
  const { writer, state, written } = setUp(2);
  expect(writer.write("abcdef\n")).toBe(true);
  expect(writer.write("lost\n")).toBe(false);
  state.takes.push(99, 99);
  expect(writer.write("next\n")).toBe(true);
  expect(written()).toBe("abcdef\nnext\n");
  expect(writer.takeLost()).toBe(1);
});

Deno.test("LineWriter.flush() finishes a line that was begun", () => {
  const { writer, state, written } = setUp(2);
  writer.write("abcdef\n");
  state.takes.push(99);
  writer.flush();
  expect(written()).toBe("abcdef\n");
});

Deno.test("LineWriter.write() does not spin on a stream that takes nothing", () => {
  const { writer, state } = setUp(0, 0, 0);
  expect(writer.write("a\n")).toBe(false);
  expect(state.takes).toHaveLength(2);
});
