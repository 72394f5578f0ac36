/**
 * What a log line looks like: JSON where programs read it, as the original's was [CLI-13], and
 * aligned columns with colours where people do.
 *
 * Records come in redacted: their properties are plain JSON.
 *
 * @module
 */

import type { LogLevel, LogRecord, TextFormatter } from "logtape";
import { getPrettyFormatter } from "logtape-pretty";
import { describeError } from "./describe_error.ts";
import { logIdentity } from "./log_identity.ts";

/** The names of levels in lines and in the configuration. */
export type LevelName = "DEBUG" | "INFO" | "WARN" | "ERROR";

/** The name of a level of logtape's. */
export function levelName(level: LogLevel): LevelName {
  switch (level) {
    case "trace":
    case "debug":
      return "DEBUG";
    case "info":
      return "INFO";
    case "warning":
      return "WARN";
    case "error":
    case "fatal":
      return "ERROR";
  }
}

/** The record as one line of JSON, its fields under `data`, with a newline [CLI-13]. */
export function formatJsonLine(record: LogRecord): string {
  const line = {
    timestamp: new Date(record.timestamp).toISOString(),
    level: levelName(record.level),
    source: logIdentity(record.category.join(".")),
    message: record.message.join(""),
    data: record.properties,
  };
  return `${JSON.stringify(line)}\n`;
}

/** Makes the formatter of lines for people: time, level, component, message, then `name=value`. */
export function createHumanFormatter(options: { readonly colors: boolean }): TextFormatter {
  const pretty = getPrettyFormatter({
    colors: options.colors,
    icons: false,
    timestamp: "time",
    level: levelName,
    levelStyle: null,
    categoryWidth: 22,
    categoryTruncate: "end",
    messageStyle: null,
    messageColor: null,
    wordWrap: false,
  });
  return (record) => {
    const message = [record.message.join(""), ...humanFields(record.properties)].join(" ");
    return pretty({ ...record, message: [escapeControls(message)] }) +
      stacks(record.properties).join("");
  };
}

function humanFields(properties: Record<string, unknown>): string[] {
  return Object.entries(properties).map(([name, value]) => `${name}=${humanValue(value)}`);
}

function humanValue(value: unknown): string {
  const text = isError(value) ? describeError(value) : value;
  if (typeof text === "string" && /^[^\s"=\p{C}]+$/u.test(text)) return text;
  return JSON.stringify(text) ?? "";
}

/** So that nothing in a line breaks it, moves the cursor or turns the text around. */
function escapeControls(text: string): string {
  return text.replace(/\p{C}/gu, (control) => `\\u{${control.codePointAt(0)?.toString(16)}}`);
}

/** Only there when the level is DEBUG. */
function stacks(properties: Record<string, unknown>): string[] {
  return Object.values(properties).filter(isError).flatMap(({ stack }) => {
    // The first line of a stack is the message, which stands above already.
    if (typeof stack !== "string") return [];
    return stack.split("\n").filter((line) => /^\s+at /.test(line))
      .map((line) => `${escapeControls(line)}\n`);
  });
}

/** An error as `redact` leaves it. */
function isError(value: unknown): value is { readonly message: string; readonly stack?: unknown } {
  return typeof value === "object" && value !== null && "name" in value && "message" in value;
}
