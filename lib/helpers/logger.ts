/**
 * What components log through. A log line is a constant message and fields; what they look like on a
 * terminal, in a file or in syslog is decided where the program is wired.
 *
 * @module
 */

/** Values that go with a log line. Errors are shown with their causes. */
export type LogFields = { readonly [name: string]: unknown };

/** Somewhere to say what happens. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
