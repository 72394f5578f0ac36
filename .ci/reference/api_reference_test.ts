import { expect } from "expect";
import { openapiDocument } from "../../lib/api/v1/openapi.ts";
import { V1_ROUTES } from "../../lib/api/v1/v1_routes.ts";
import { renderApiReference } from "./api_reference.ts";

const page = renderApiReference(openapiDocument(V1_ROUTES, { version: "0" }));

Deno.test("renderApiReference() has a section for each path, with parameters and statuses", () => {
  for (const { path } of V1_ROUTES) expect(page).toContain(`\n## GET ${path}\n`);
  expect(page).toContain("\n## POST /bulk_app_state\n");
  expect(page).toMatch(/\| `per_page` \| query \| integer, 1 to 500; unless given `100` \|/);
  expect(page).toMatch(/\| `leaders` \| array of object: `component`, `id`, `epoch` or null \|/);
  expect(page).toMatch(/\| 503 \| What is known is stale; /);
});
