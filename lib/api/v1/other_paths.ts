/**
 * What the OpenAPI document says of the paths that are not routes of `/v1` in the plain sense: they
 * predate it, or answer with something else than a page of JSON.
 *
 * @module
 */

/** The paths, as the document has them. */
export const OTHER_PATHS: Readonly<Record<string, unknown>> = {
  "/": {
    "get": {
      "operationId": "getStatusPage",
      "summary": "The status page, for people",
      "responses": {
        "200": { "description": "A page", "content": { "text/html": {} } },
        "401": { "description": "Credentials are needed" },
      },
    },
  },
  "/page/{part}": {
    "get": {
      "operationId": "getStatusPagePart",
      "summary": "What the status page is made of",
      "parameters": [
        { "name": "part", "in": "path", "required": true, "schema": { "type": "string" } },
      ],
      "responses": {
        "200": { "description": "A script, a style sheet or an image" },
        "401": { "description": "Credentials are needed" },
        "404": { "description": "There is no such part" },
      },
    },
  },
  "/v1/openapi.json": {
    "get": {
      "operationId": "getOpenapi",
      "summary": "This document",
      "responses": { "200": json("An OpenAPI 3.1 document", { "type": "object" }) },
    },
  },
  "/v1/events": {
    "get": {
      "operationId": "followEvents",
      "summary": "What happens, as server-sent events",
      "description":
        "`fleet`: what `/v1/fleet` says but for the leaders, at most once a second, when " +
        "it is different. `decision`: an entry of `/v1/decisions`, as soon as it stands in the log. " +
        "`holds`: everything that is held, when that changes. `reset`: events were left out, look " +
        "anew. Who comes back with the Last-Event-ID of a decision, to any replica, is told what " +
        "it missed.",
      "parameters": [{
        "name": "Last-Event-ID",
        "in": "header",
        "required": false,
        "schema": { "type": "string" },
      }],
      "responses": {
        "200": {
          "description": "Events, and a comment now and then as a sign of life",
          "content": { "text/event-stream": { "schema": { "type": "string" } } },
        },
        "503": {
          "description": "Too many follow already",
          "content": {
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } },
          },
        },
      },
    },
  },
  "/bulk_app_state": {
    "post": {
      "operationId": "bulkAppState",
      "summary": "The state of the apps that are named, as the Go original answers",
      "requestBody": {
        "required": true,
        "content": {
          "application/json": {
            "schema": {
              "type": "array",
              "maxItems": 10_000,
              "items": {
                "type": "object",
                "required": ["droplet", "version"],
                "properties": { "droplet": { "type": "string" }, "version": { "type": "string" } },
              },
            },
          },
        },
      },
      "responses": {
        "200": json(
          "Apps by guid, those left out that nobody knows. `{}` with an X-HM9000-Reason header when " +
            "the request is not understood, the store is stale or cannot be reached",
          { "type": "object", "additionalProperties": { "type": "object" } },
        ),
        "401": { "description": "Credentials are needed" },
        "413": { "description": "The request's body is too large" },
      },
    },
  },
  "/healthz": {
    "get": {
      "operationId": "getHealth",
      "summary": "Whether the process answers at all; asks for no credentials",
      "security": [],
      "responses": {
        "200": { "description": "ok", "content": { "text/plain": {} } },
      },
    },
  },
  "/readyz": {
    "get": {
      "operationId": "getReadiness",
      "summary": "Whether the process can do its work, check by check; asks for no credentials",
      "security": [],
      "parameters": [
        {
          "name": "verbose",
          "in": "query",
          "required": false,
          "allowEmptyValue": true,
          "description": "Show the checks that pass too",
          "schema": { "type": "string" },
        },
        {
          "name": "exclude",
          "in": "query",
          "required": false,
          "description": "A check that does not matter; may be given more than once",
          "schema": { "type": "array", "items": { "type": "string" } },
        },
      ],
      "responses": {
        "200": { "description": "Ready", "content": { "text/plain": {} } },
        "503": {
          "description": "Not ready, with one line for each check",
          "content": { "text/plain": {} },
        },
      },
    },
  },
};

function json(description: string, schema: Record<string, unknown>): Record<string, unknown> {
  return { "description": description, "content": { "application/json": { "schema": schema } } };
}
