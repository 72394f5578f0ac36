/**
 * Asks a registry of npm packages what is known against some of them: one question to the end point that
 * `npm audit` and `deno audit` ask too.
 *
 * @module
 */

import { z } from "zod";
import type { LockedPackages } from "./locked.ts";

/** How bad, the mildest first. */
export const SEVERITIES = ["info", "low", "moderate", "high", "critical"] as const;

/** One of {@linkcode SEVERITIES}. */
export type Severity = typeof SEVERITIES[number];

/** Something known against a version of a package. */
export interface Advisory {
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  readonly url: string;
  /** Which versions, as npm writes it. */
  readonly versions: string;
}

/** The registry did not say: nothing is known, neither good nor bad. */
export class NotAuditedError extends Error {
  override readonly name = "NotAuditedError";
}

const ANSWER = z.record(
  z.string(),
  z.array(z.object({
    "title": z.string(),
    "severity": z.enum(SEVERITIES),
    "url": z.string(),
    "vulnerable_versions": z.string(),
  })),
);

/** How long the registry may take, in milliseconds. */
const ANSWER_MAX_MS = 30_000;

/** Where is asked. */
export interface AskOptions {
  /** `https://registry.npmjs.org/` */
  readonly registry: string;
  /** @default {30000} */
  readonly timeoutMs?: number;
}

/**
 * What is known against these packages, the worst first.
 *
 * @throws {NotAuditedError} when the registry cannot be reached, refuses, or says something else
 */
export async function askAdvisories(
  packages: LockedPackages,
  { registry, timeoutMs = ANSWER_MAX_MS }: AskOptions,
): Promise<Advisory[]> {
  const url = new URL("-/npm/v1/security/advisories/bulk", registry).href;
  const answer = ANSWER.safeParse(await ask(url, { packages, timeoutMs }));
  if (!answer.success) throw new NotAuditedError(`${url} did not answer with advisories`);
  return Object.entries(answer.data)
    .flatMap(([name, found]) =>
      found.map(({ title, severity, url, vulnerable_versions: versions }) => ({
        ...{ name, title, severity, url, versions },
      }))
    )
    .sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
}

async function ask(
  url: string,
  { packages, timeoutMs }: { readonly packages: LockedPackages; readonly timeoutMs: number },
): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(packages),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.ok) throw new NotAuditedError(`${url} answers ${response.status}`);
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof NotAuditedError) throw error;
    throw new NotAuditedError(`${url} does not answer: ${error}`, { cause: error });
  }
}
