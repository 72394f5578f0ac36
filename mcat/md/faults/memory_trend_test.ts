import { expect } from "expect";
import { memoryProblem } from "./memory_trend.ts";

const MIB = 2 ** 20;

Deno.test("memoryProblem() takes a process that has warmed up and stays as it is", () => {
  const warming = life((at) => Math.min(200, 80 + at / 5));
  expect(memoryProblem(warming)).toBeUndefined();
});

Deno.test("memoryProblem() names a process that goes on growing", () => {
  expect(memoryProblem(life((at) => 80 + at / 20))).toBe("grew from 170 MiB to 230 MiB in 1200 s");
});

Deno.test("memoryProblem() says nothing of growth in a short life, but of too much", () => {
  const short = life((at) => 80 + at / 2).slice(0, 59);
  expect(memoryProblem(short)).toBeUndefined();
  expect(memoryProblem([...short, { atSeconds: 590, bytes: 401 * MIB }])).toBe("held 401 MiB");
  expect(memoryProblem([])).toBeUndefined();
});

function life(mibAt: (atSeconds: number) => number) {
  return Array.from({ length: 361 }, (_, index) => {
    const atSeconds = index * 10;
    return { atSeconds, bytes: mibAt(atSeconds) * MIB };
  });
}
