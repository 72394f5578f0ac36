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
  /** For those who look for a fault; usually switched off. */
  debug(message: string, fields?: LogFields): void;
  /** What the program does in the ordinary course. */
  info(message: string, fields?: LogFields): void;
  /** What went wrong and will be tried again or did no harm. */
  warn(message: string, fields?: LogFields): void;
  /** What went wrong and needs somebody to look. */
  error(message: string, fields?: LogFields): void;
}
