/**
 * The API answers `{}` to whatever it cannot answer (API-03 to API-08, API-14, API-15); the reason goes
 * into a header of the HTTP answer, so that an operator can tell garbage from a stale store.
 *
 * @module
 */

import { ParseError } from "../models/parse_error.ts";
import { NotFreshError, StoreUnavailableError } from "../store/store_errors.ts";

/** The header that says why an answer is empty. */
export const REASON_HEADER = "X-HM9000-Reason";

/** Why an answer is `{}`: one line, safe for a header; undefined for an error nobody expects. */
export function emptyAnswerReason(error: unknown): string | undefined {
  if (error instanceof ParseError) return headerText(`bad request: ${error.message}`);
  if (error instanceof NotFreshError) return headerText(`store not fresh: ${error.message}`);
  if (error instanceof StoreUnavailableError) return "store unavailable";
  return undefined;
}

function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 300);
}
