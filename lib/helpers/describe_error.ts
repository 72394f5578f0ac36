/**
 * An error on one line, for whoever operates the program: what went wrong and why, without secrets and
 * without a stack.
 *
 * @module
 */

import { redactText } from "./redact_text.ts";

const causesMax = 10;

/** The error's message and those of its causes, on one line: `Cannot …; cause: …`. */
export function describeError(error: unknown): string {
  const messages: string[] = [];
  const seen = new Set<unknown>();
  for (let at = error; messages.length < causesMax && !seen.has(at); at = causeOf(at)) {
    if (at === undefined && messages.length > 0) break;
    seen.add(at);
    const message = messageOf(at);
    // Libraries like to repeat the cause in the message.
    if (!messages.at(-1)?.includes(message)) messages.push(message);
  }
  return redactText(messages.join("; cause: ").replace(/\s+/g, " ").trim());
}

function messageOf(error: unknown): string {
  if (!isErrorLike(error)) return describeOther(error);
  const errors = memberOf(error, "errors");
  if (error.message === "" && Array.isArray(errors) && errors.length > 0) {
    // What a failed connection to several addresses looks like: no message, but one for each.
    return errors.slice(0, causesMax).map(messageOf).join(", ");
  }
  if (error.message !== "") return error.message;
  return String(memberOf(error, "code") ?? error.name);
}

function describeOther(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error !== "object" || error === null) return String(error);
  try {
    return JSON.stringify(error) ?? String(error);
  } catch {
    // Neither an error nor JSON: what kind of thing it is is all there is to say.
    return Object.prototype.toString.call(error);
  }
}

/** Errors from another realm, and errors made data by `redact`, are no instances of our `Error`. */
function isErrorLike(value: unknown): value is { readonly name: string; readonly message: string } {
  if (typeof value !== "object" || value === null) return false;
  return typeof memberOf(value, "message") === "string" &&
    typeof memberOf(value, "name") === "string";
}

function causeOf(error: unknown): unknown {
  return isErrorLike(error) ? memberOf(error, "cause") : undefined;
}

function memberOf(value: object, name: string): unknown {
  return Reflect.get(value, name);
}
