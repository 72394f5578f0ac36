/**
 * The ways in which a Cloud Controller can fail whoever fetches from it.
 *
 * @module
 */

import { type BulkPageAnswer, bulkPageAnswer, type BulkPageQuestion } from "./bulk_page_answer.ts";

/** A way to fail. */
export type BulkFailure =
  /** Answer with this status, and no apps. */
  | { readonly kind: "status"; readonly status: number }
  /** Answer 200 with this body: garbage, `{}`, HTML. */
  | { readonly kind: "body"; readonly body: string }
  /** Take the request and never answer. */
  | { readonly kind: "hang" }
  /** Begin a page and break the connection off in the middle of it. */
  | { readonly kind: "cut" }
  /** Send the page that was asked for with the token that it was asked for with. */
  | { readonly kind: "stuck_token" }
  /** Send the first page again and again, with a token that grows. */
  | { readonly kind: "repeat_page" }
  /** Send a page of new apps for ever. */
  | { readonly kind: "endless" }
  /** Send the page with this field of its last app overwritten: `{ instances: "two" }`. */
  | { readonly kind: "wrong_type"; readonly fields: Readonly<Record<string, unknown>> };

/** Sends the first half and then ends the connection without the end of the body. */
export function cutOff(text: string): Response {
  const half = new TextEncoder().encode(text.slice(0, Math.ceil(text.length / 2)));
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(half),
    pull: (controller) => controller.error(new Error("cut off on purpose")),
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

/** The page with these fields of its last app overwritten. */
export function overwriteLast(
  page: BulkPageAnswer,
  fields: Readonly<Record<string, unknown>>,
): BulkPageAnswer {
  const entries = Object.entries(page.results);
  const last = entries.at(-1);
  if (last === undefined) return page;
  return { ...page, "results": { ...page.results, [last[0]]: { ...last[1], ...fields } } };
}

/** A page of apps that nobody has seen before, with more to follow. */
export function endlessPage({ from, batchSize }: BulkPageQuestion): BulkPageAnswer {
  const apps = Array.from({ length: batchSize }, (_, index) => ({
    appGuid: `endless-${from + index}`,
    appVersion: "v1",
    instances: 1,
    state: "STARTED",
    packageState: "STAGED",
  } as const));
  const { results } = bulkPageAnswer(apps, { from: 0, batchSize });
  return { results, "bulk_token": { "id": from + batchSize } };
}
