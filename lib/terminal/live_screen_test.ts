import { expect } from "expect";
import { LiveScreen } from "./live_screen.ts";

Deno.test("LiveScreen draws each picture whole, over the one before, and gives the terminal back once", () => {
  const written: string[] = [];
  const screen = new LiveScreen({ write: (text) => written.push(text), colors: false });
  screen.show([[{ text: "a", style: "red" }], [{ text: "b" }]]);
  screen.close();
  screen.close();
  screen.show([[{ text: "late" }]]);
  expect(written).toEqual([
    "\x1b[?1049h\x1b[?25l",
    "\x1b[?2026h\x1b[Ha\x1b[K\r\nb\x1b[K\x1b[J\x1b[?2026l",
    "\x1b[?25h\x1b[?1049l",
  ]);
});
