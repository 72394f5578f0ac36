import { expect } from "expect";
import type { DesiredAppState } from "../models/desired_app_state.ts";
import type { BulkPage } from "./bulk_page.ts";
import { fetchDesiredState } from "./fetch_desired_state.ts";

/** Keeps the last word on each app. */
class LastWords {
  readonly said = new Map<string, DesiredAppState>();

  get received(): number {
    return this.said.size;
  }

  add(app: DesiredAppState): void {
    this.said.set(app.appGuid, app);
  }
}

function desired(guid: string, overrides: Partial<DesiredAppState> = {}): DesiredAppState {
  return {
    appGuid: guid,
    appVersion: "v",
    instances: 1,
    state: "STARTED",
    packageState: "STAGED",
    ...overrides,
  };
}

function pages(...served: BulkPage[]) {
  const asked: (number | undefined)[] = [];
  const source = (tokenId: number | undefined) => {
    asked.push(tokenId);
    const page = served[Math.min(asked.length, served.length) - 1];
    return page === undefined ? Promise.reject(new Error("no page")) : Promise.resolve(page);
  };
  return { asked, source };
}

const END: BulkPage = { apps: [], tokenId: 0 };

Deno.test("fetchDesiredState() follows the token until an empty page [DES-03] [DES-04] [DES-06]", async () => {
  const { asked, source } = pages(
    { apps: [desired("a"), desired("b")], tokenId: 2 },
    { apps: [desired("c")], tokenId: 3 },
    END,
  );
  const words = new LastWords();
  await fetchDesiredState(source, words);
  expect([...words.said.keys()]).toEqual(["a", "b", "c"]);
  expect(asked).toEqual([undefined, 2, 3]);
});

Deno.test("fetchDesiredState() fails when the token does not advance", async () => {
  const { source } = pages(
    { apps: [desired("a")], tokenId: 2 },
    { apps: [desired("b")], tokenId: 2 },
  );
  await expect(fetchDesiredState(source, new LastWords())).rejects.toThrow(
    /token does not advance \(2, then 2\)/,
  );
});

Deno.test("fetchDesiredState() fails when a page only repeats", async () => {
  const { source } = pages(
    { apps: [desired("a")], tokenId: 2 },
    { apps: [desired("a")], tokenId: 3 },
  );
  await expect(fetchDesiredState(source, new LastWords())).rejects.toThrow(
    /names no app that was not named before/,
  );
});

Deno.test("fetchDesiredState() fails as a whole when any page fails [DES-19]", async () => {
  const source = (tokenId: number | undefined) =>
    tokenId === undefined
      ? Promise.resolve({ apps: [desired("a")], tokenId: 1 })
      : Promise.reject(new Error("page 2 is gone"));
  await expect(fetchDesiredState(source, new LastWords())).rejects.toThrow("page 2 is gone");
});
