/**
 * Makes the loggers of a program: JSON lines for programs and columns for people [CLI-13], to one
 * stream and, if wanted, to syslog as well.
 *
 * It is built from logtape's parts (records, levels, formatters), not on its `configure`: that one is
 * global to the process, so that two loggers, say of two tests, could not differ; and its stream sink
 * writes behind the program's back, so that what a program says last, before it exits, can be lost.
 *
 * @module
 */

import { compareLogLevel, type LogLevel, type LogRecord, type TextFormatter } from "logtape";
import { LineWriter, type SyncWriter } from "./line_writer.ts";
import { createHumanFormatter, formatJsonLine, type LevelName } from "./log_format.ts";
import type { LogFields, Logger } from "./logger.ts";
import { redact } from "./redact.ts";
import { redactText } from "./redact_text.ts";
import { formatSyslog, type SyslogHeader } from "./syslog_format.ts";
import { SyslogSink } from "./syslog_sink.ts";
import { parseSyslogTarget } from "./syslog_target.ts";
import { openSyslogTransport } from "./syslog_transport.ts";
import type { TimeProvider } from "./time_provider.ts";

/** What is logged, how, and where to. */
export interface CreateLoggerOptions {
  /** Whose lines they are: `analyzer`. */
  readonly component: string;
  /** Lines below it are not logged; at DEBUG errors are shown with their stacks. */
  readonly level: LevelName;
  /** `auto`: for people if the stream is a terminal, JSON lines otherwise. */
  readonly format: "auto" | "human" | "json";
  readonly isTerminal: boolean;
  /** Only for people. @default {whether the stream is a terminal} */
  readonly colors?: boolean;
  /** Standard error where standard output is for data. */
  readonly stream: SyncWriter;
  readonly time: TimeProvider;
  /** Undefined: no syslog. */
  readonly syslog?: SyslogOptions | undefined;
}

/** Where syslog is, and who we are there. */
export interface SyslogOptions extends SyslogHeader {
  /** `udp://host:port` or `unix:///dev/log` (which needs `--unstable-net`). */
  readonly url: string;
  /** @default {openSyslogTransport} */
  readonly open?: typeof openSyslogTransport;
}

/** The loggers of a program. */
export interface CreatedLogger {
  readonly logger: Logger;
  /** A logger to the same places for another component of the same process. */
  forComponent(component: string): Logger;
  /** Sends what is under way. What is logged later goes to the stream only. */
  close(): Promise<void>;
}

/** Takes records; never throws. */
interface Sink {
  write(record: LogRecord): void;
  close(): Promise<void>;
}

const levels: Readonly<Record<LevelName, LogLevel>> = {
  DEBUG: "debug",
  INFO: "info",
  WARN: "warning",
  ERROR: "error",
};

/**
 * Makes the logger of a program.
 *
 * @throws {TypeError} if the syslog URL is none.
 */
export function createLogger(options: CreateLoggerOptions): CreatedLogger {
  const stream = streamSink(options);
  const sinks = [stream];
  if (options.syslog !== undefined) {
    const report = new ComponentLogger(options.component, { ...options, sinks: [stream] });
    sinks.push(syslogSink(options.syslog, { time: options.time, log: report }));
  }
  return {
    logger: new ComponentLogger(options.component, { ...options, sinks }),
    forComponent: (component) => new ComponentLogger(component, { ...options, sinks }),
    close: async () => {
      for (const sink of sinks) await sink.close();
    },
  };
}

interface ComponentLoggerOptions {
  readonly level: LevelName;
  readonly time: TimeProvider;
  readonly sinks: readonly Sink[];
}

class ComponentLogger implements Logger {
  readonly #component: string;
  readonly #options: ComponentLoggerOptions;

  constructor(component: string, options: ComponentLoggerOptions) {
    this.#component = component;
    this.#options = options;
  }

  debug(message: string, fields?: LogFields): void {
    this.#log("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#log("warning", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#log("error", message, fields);
  }

  #log(level: LogLevel, message: string, fields: LogFields = {}): void {
    const { level: lowest, time, sinks } = this.#options;
    if (compareLogLevel(level, levels[lowest]) < 0) return;
    const text = redactText(message);
    const record: LogRecord = {
      category: [this.#component],
      level,
      message: [text],
      rawMessage: text,
      timestamp: time.nowMs(),
      properties: redact(fields, { stacks: lowest === "DEBUG" }),
    };
    for (const sink of sinks) sink.write(record);
  }
}

function streamSink(options: CreateLoggerOptions): Sink {
  const { isTerminal, colors = isTerminal } = options;
  const human = options.format === "human" || (options.format === "auto" && isTerminal);
  const format: TextFormatter = human ? createHumanFormatter({ colors }) : formatJsonLine;
  const writer = new LineWriter(options.stream);
  return {
    write: (record) => {
      if (writer.write(format(record))) sayWhatWasLost(record, { writer, format });
    },
    close: () => {
      writer.flush();
      return Promise.resolve();
    },
  };
}

/** After a line got through: how many before it did not. */
function sayWhatWasLost(
  record: LogRecord,
  { writer, format }: { readonly writer: LineWriter; readonly format: TextFormatter },
): void {
  const lines = writer.takeLost();
  if (lines === 0) return;
  const message = "Log lines were lost, nobody took them";
  writer.write(
    format({
      ...record,
      level: "warning",
      message: [message],
      rawMessage: message,
      properties: { lines },
    }),
  );
}

function syslogSink(
  options: SyslogOptions,
  { time, log }: { readonly time: TimeProvider; readonly log: Logger },
): Sink {
  const target = parseSyslogTarget(options.url);
  const { open = openSyslogTransport } = options;
  const sink = new SyslogSink({
    time,
    open: () => open(target),
    report: ({ error, lost }) => log.warn("Cannot send to syslog", { lost, error }),
  });
  return {
    write: (record) => sink.write(formatSyslog(record, options)),
    close: () => sink.close(),
  };
}
