/**
 * The OpenAPI document of everything the API serves, made from the routes themselves.
 *
 * @module
 */

import { z } from "zod";
import { PROBLEM_TYPE, PROBLEMS, problemSchema } from "./problem.ts";
import type { Route } from "./route.ts";
import { OTHER_PATHS } from "./other_paths.ts";

/** Problems that any route may answer with. */
const COMMON_STATUSES = [400, 401, 403, 405, 413, 429, 500, 503];

/** Headers that an answer has beside its body. */
const HEADERS = {
  "X-HM9000-Revision": header("Revision of the store that the answer is of, or a later one"),
  "X-HM9000-Age": header(
    "Seconds since the answer's source was last known to hold everything that the store held",
  ),
  "ETag": header("Of the body, for If-None-Match"),
};

/** The document, to be written as JSON. */
export function openapiDocument(
  routes: readonly Route[],
  { version }: { readonly version: string },
): Record<string, unknown> {
  return {
    "openapi": "3.1.0",
    "info": {
      "title": "hm9000",
      "version": version,
      "description": "What the health manager of a Cloud Foundry style platform thinks of it",
    },
    "security": [{ "basic": [] }, { "bearer": [] }],
    "paths": {
      ...Object.fromEntries(routes.map((route) => [route.path, { "get": operation(route) }])),
      ...OTHER_PATHS,
    },
    "components": {
      "schemas": { "Problem": jsonSchema(problemSchema) },
      "securitySchemes": {
        "basic": { "type": "http", "scheme": "basic" },
        "bearer": { "type": "http", "scheme": "bearer" },
      },
    },
  };
}

function operation(route: Route): Record<string, unknown> {
  const { operationId, summary, description } = route;
  return {
    "operationId": operationId,
    "summary": summary,
    ...(description === undefined ? {} : { "description": description }),
    "parameters": [...parameters("path", route.params), ...parameters("query", route.query)],
    "responses": {
      "200": {
        "description": "The answer",
        "headers": HEADERS,
        "content": { "application/json": { "schema": jsonSchema(route.answer) } },
      },
      "304": { "description": "The answer is the one that If-None-Match names" },
      ...problems(route.namesApp ? [...COMMON_STATUSES, 404] : COMMON_STATUSES),
    },
  };
}

function parameters(where: "path" | "query", schema: z.ZodType): Record<string, unknown>[] {
  const { properties = {}, required = [] } = jsonSchema(schema);
  return Object.entries(properties as Record<string, Record<string, unknown>>)
    .map(([name, { description, ...rest }]) => ({
      "name": name,
      "in": where,
      "required": where === "path" ||
        (required as string[]).includes(name) && !("default" in rest),
      ...(description === undefined ? {} : { "description": description }),
      "schema": rest,
    }));
}

function problems(statuses: readonly number[]): Record<string, unknown> {
  return Object.fromEntries(statuses.map((status) => [String(status), {
    "description": titlesOf(status),
    "content": { [PROBLEM_TYPE]: { "schema": { "$ref": "#/components/schemas/Problem" } } },
  }]));
}

function titlesOf(status: number): string {
  return Object.values(PROBLEMS).filter((problem) => problem.status === status)
    .map(({ title }) => title).join("; ");
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema) as Record<string, unknown>;
  return rest;
}

function header(description: string): Record<string, unknown> {
  return { "description": description, "schema": { "type": "string" } };
}
