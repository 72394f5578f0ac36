/**
 * The reference page on the API, made from its OpenAPI document. Pure.
 *
 * @module
 */

/** A part of the document of which only what is named is looked at. */
type Part = Readonly<Record<string, unknown>>;

/** The page. */
export function renderApiReference(document: Part): string {
  const paths = Object.entries(document["paths"] as Record<string, Part>).sort(byPath);
  return [
    "# API",
    "",
    "Made from the routes themselves by `deno task docs`; the same, for programs, is at",
    "`/v1/openapi.json` (OpenAPI 3.1). How to let clients in is in [secure it](../how_to/secure.md),",
    "how to use it in [ask the API](../how_to/ask_the_api.md).",
    "",
    ...INTRODUCTION,
    "",
    ...paths.flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) =>
        renderOperation(`${method.toUpperCase()} ${path}`, operation as Part)
      )
    ),
  ].join("\n");
}

const INTRODUCTION = [
  "## What all answers have in common",
  "",
  "- **How current it is.** `X-HM9000-Revision` is the revision of the store that the answer is of, or",
  "  a later one. `X-HM9000-Age` is the seconds since its source was last known to hold everything",
  "  that the store held: while the store answers, that is how long the answer took, or, where the",
  "  state of apps is asked for in bulk or over NATS, a tenth of a second at most; while it does not,",
  "  it grows.",
  "- **Stale** is what nobody should act on: heartbeats or the desired state are not fresh, or the",
  "  store has not answered within two seconds. A route under `/v1` then answers 503. With",
  "  `allow_stale=true` it answers from what is known, and `stale_because` says why it is stale; of a",
  "  fresh answer that is null.",
  "- **ETag**: ask again with `If-None-Match`, and an answer that is the same is a 304 without a body.",
  "- **Errors** under `/v1` are `application/problem+json` (RFC 9457): `type` is",
  "  `urn:hm9000:problem:` and the kind, `detail` says what was wrong this time. 429 and 503 come with",
  "  `Retry-After`.",
  "- **Cost.** Answers come from a view of the fleet in memory. Counts and lists are kept up to date",
  "  with what changes; no request walks over the fleet, and what has to be read from the store is read",
  "  once a second at most, however many ask.",
];

function renderOperation(title: string, operation: Part): string[] {
  const parameters = operation["parameters"] as readonly Part[] | undefined ?? [];
  const responses = operation["responses"] as Record<string, Part>;
  return [
    `## ${title}`,
    "",
    `${operation["summary"]}.`,
    ...(operation["description"] === undefined ? [] : ["", `${operation["description"]}`]),
    "",
    ...parameterTable(parameters),
    ...answerTable(responses),
    "",
  ];
}

function parameterTable(parameters: readonly Part[]): string[] {
  if (parameters.length === 0) return [];
  return [
    "| parameter | in | values | what |",
    "| --- | --- | --- | --- |",
    ...parameters.map((parameter) => {
      const schema = parameter["schema"] as Part;
      const { name, description = "" } = parameter;
      return `| \`${name}\` | ${parameter["in"]} | ${valuesOf(schema)} | ${cell(description)} |`;
    }),
    "",
  ];
}

function valuesOf(schema: Part): string {
  const { enum: words, type, minimum, maximum, default: preset } = schema;
  const values = Array.isArray(words)
    ? words.map((word) => `\`${word}\``).join(", ")
    : minimum === undefined
    ? String(type)
    : `${type}, ${minimum} to ${maximum}`;
  return preset === undefined ? values : `${values}; unless given \`${preset}\``;
}

function answerTable(responses: Record<string, Part>): string[] {
  const rows = Object.entries(responses).map(([status, response]) =>
    `| ${status} | ${cell(response["description"])} |`
  );
  const fields = fieldsOf(responses["200"] ?? {});
  return ["| status | answer |", "| --- | --- |", ...rows, ...fields];
}

/** The fields of what a 200 holds, as far as the first level goes. */
function fieldsOf(response: Part): string[] {
  const content = (response["content"] as Record<string, Part> | undefined)?.["application/json"];
  const { properties } = (content?.["schema"] ?? {}) as Part;
  if (properties === undefined) return [];
  return [
    "",
    "| field | type | what |",
    "| --- | --- | --- |",
    ...Object.entries(properties as Record<string, Part>).map(([name, schema]) =>
      `| \`${name}\` | ${typeOf(schema)} | ${cell(schema["description"])} |`
    ),
  ];
}

function typeOf(schema: Part): string {
  const { type, anyOf, items, properties } = schema;
  if (Array.isArray(anyOf)) return anyOf.map((one) => typeOf(one as Part)).join(" or ");
  if (type === "array") return `array of ${typeOf(items as Part)}`;
  if (type !== "object" || properties === undefined) return String(type ?? "any");
  return `object: ${Object.keys(properties as Part).map((name) => `\`${name}\``).join(", ")}`;
}

function cell(text: unknown): string {
  return String(text ?? "").replaceAll("|", "\\|").replaceAll("\n", " ");
}

function byPath([a]: [string, Part], [b]: [string, Part]): number {
  return a < b ? -1 : 1;
}
