import { expect } from "expect";
import type { DesiredAppState } from "../models/desired_app_state.ts";
import type { BulkPage } from "./bulk_page.ts";
import { fetchDesiredState } from "./fetch_desired_state.ts";

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
  const fetched = await fetchDesiredState(source);
  expect([...fetched.wanted.keys()]).toEqual(["a,v", "b,v", "c,v"]);
  expect(fetched.received).toBe(3);
  expect(asked).toEqual([undefined, 2, 3]);
});

Deno.test("fetchDesiredState() keeps STARTED apps that are staged or pending, counts all [DES-07] [DES-08]", async () => {
  const { source } = pages({
    apps: [
      desired("staged-1"),
      desired("staged-2"),
      desired("pending", { packageState: "PENDING" }),
      desired("failed", { packageState: "FAILED" }),
      desired("stopped", { state: "STOPPED" }),
    ],
    tokenId: 5,
  }, END);
  const fetched = await fetchDesiredState(source);
  expect([...fetched.wanted.keys()]).toEqual(["staged-1,v", "staged-2,v", "pending,v"]);
  expect(fetched.received).toBe(5);
});

Deno.test("fetchDesiredState() takes the last word on an app that moved between pages", async () => {
  const { source } = pages(
    { apps: [desired("a"), desired("b")], tokenId: 2 },
    { apps: [desired("a", { state: "STOPPED" }), desired("c")], tokenId: 3 },
    END,
  );
  expect([...(await fetchDesiredState(source)).wanted.keys()]).toEqual(["b,v", "c,v"]);
});

Deno.test("fetchDesiredState() fails when the token does not advance", async () => {
  const { source } = pages(
    { apps: [desired("a")], tokenId: 2 },
    { apps: [desired("b")], tokenId: 2 },
  );
  await expect(fetchDesiredState(source)).rejects.toThrow(/token does not advance \(2, then 2\)/);
});

Deno.test("fetchDesiredState() fails when a page only repeats", async () => {
  const { source } = pages(
    { apps: [desired("a")], tokenId: 2 },
    { apps: [desired("a")], tokenId: 3 },
  );
  await expect(fetchDesiredState(source)).rejects.toThrow(/names no app that was not named before/);
});

Deno.test("fetchDesiredState() fails as a whole when any page fails [DES-19]", async () => {
  const source = (tokenId: number | undefined) =>
    tokenId === undefined
      ? Promise.resolve({ apps: [desired("a")], tokenId: 1 })
      : Promise.reject(new Error("page 2 is gone"));
  await expect(fetchDesiredState(source)).rejects.toThrow("page 2 is gone");
});
