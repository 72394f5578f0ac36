/**
 * Asks `/v1`. What is stale is asked for too, since the page says that it is; what cannot be answered is an
 * error that says why.
 *
 * @module
 */
// @ts-check
/// <reference no-default-lib="true" />
/// <reference lib="esnext" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** How long an answer may take, in milliseconds. */
const PATIENCE_MS = 8_000;

/** A question that was answered with a problem. */
export class Problem extends Error {
  /** @param {string} kind @param {string} detail */
  constructor(kind, detail) {
    super(detail);
    this.kind = kind;
  }
}

/**
 * An answer, and the server's clock when it gave it.
 *
 * @template T
 * @typedef {{ body: T, now: number | undefined }} Answer
 */

/**
 * Asks for `path`, below `/v1/`.
 *
 * @template T
 * @param {string} path
 * @param {Record<string, string | number>} [query]
 * @returns {Promise<Answer<T>>}
 */
export async function ask(path, query = {}) {
  const parameters = new URLSearchParams({ "allow_stale": "true" });
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  const response = await fetch(`v1/${path}?${parameters}`, {
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!response.ok) throw await problemOf(response);
  const time = response.headers.get("x-hm9000-time");
  return { body: await response.json(), now: time === null ? undefined : Number(time) };
}

/** @param {Response} response */
async function problemOf(response) {
  const problem = await response.json().catch(() => ({})); // not from hm9000: a proxy, perhaps
  const detail = problem["detail"] ?? `the answer was ${response.status}`;
  return new Problem(String(problem["type"] ?? response.status), String(detail));
}
