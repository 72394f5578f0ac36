import { expect } from "expect";
import fc from "fast-check";
import { StoreLayout } from "../store/layout.ts";
import { AppSample, cutAt, instancePieces, type Piece } from "./fleet_pieces.ts";

const layout = new StoreLayout({ schemaVersion: 1 });

function holds({ prefix, from, to }: Piece, key: string): boolean {
  return key.startsWith(prefix) && key >= (from ?? prefix) && (to === undefined || key < to);
}

Deno.test("cutAt() puts every key into one piece, wherever it is cut", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "b", "-", "/", ","), maxLength: 4 });
  fc.assert(fc.property(fc.array(name), name, (cuts, key) => {
    const pieces = cutAt("/p/", cuts.map((cut) => `/p/${cut}`));
    expect(pieces.filter((piece) => holds(piece, `/p/${key}`)).length).toBe(1);
  }));
});

Deno.test("instancePieces() cuts between DEAs, also where one's guid begins like another's", () => {
  const guids = Array.from({ length: 250 }, (_, number) => `dea${number}`);
  const keys = [...guids, "dea1-b"].map((guid) => layout.presenceKey(guid)).sort();
  const pieces = instancePieces(layout, keys);
  expect(pieces.length).toBe(3);
  for (const guid of [...guids, "dea1-b", "departed"]) {
    const names = ["a,1,i", "z,1,i"].map((name) => `${layout.actualPrefix}${guid}/${name}`);
    const [first, last] = names.map((key) => pieces.findIndex((piece) => holds(piece, key)));
    expect(first).toBe(last);
    expect(first).toBeGreaterThanOrEqual(0);
  }
});

Deno.test("AppSample cuts what is desired into pieces of about ten thousand apps", () => {
  const sample = new AppSample();
  const apps = Array.from({ length: 20_000 }, (_, number) => `app-${number * 7919 % 20_000},v`);
  for (const app of apps) sample.note(`${layout.actualPrefix}dea/${app},i`);
  const pieces = sample.desiredPieces(layout, { outOf: 5 });
  expect(pieces.length).toBeGreaterThanOrEqual(10);
  expect(pieces.length).toBeLessThanOrEqual(11);
  const sizes = pieces.map((piece) =>
    apps.filter((app) => holds(piece, `${layout.desiredPrefix}${app}`)).length
  );
  expect(Math.max(...sizes)).toBeLessThan(3_000);
});

Deno.test("AppSample cuts by first characters as long as it has seen little", () => {
  const pieces = new AppSample().desiredPieces(layout, { outOf: 1 });
  expect(pieces.some(({ from }) => from === `${layout.desiredPrefix}f`)).toBe(true);
  expect(pieces.filter((piece) => holds(piece, `${layout.desiredPrefix}~`)).length).toBe(1);
});
