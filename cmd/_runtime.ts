/**
 * Wiring: the only place that says "real". From a configuration to everything a component is handed:
 * clock, randomness, log, figures, store and message bus.
 *
 * @module
 */

import type { Config } from "../lib/config/config.ts";
import { loadConfig } from "../lib/config/load_config.ts";
import type { ParsedConfig } from "../lib/config/parse_config.ts";
import { REAL_SECRET_FILES } from "../lib/config/real_secret_files.ts";
import { type ConfigUser, requireFor } from "../lib/config/require_for.ts";
import { type CreatedLogger, createLogger } from "../lib/helpers/create_logger.ts";
import type { Logger } from "../lib/helpers/logger.ts";
import { MetricsRegistry } from "../lib/helpers/metrics.ts";
import { createTimeProvider } from "../lib/helpers/pinned_time_provider.ts";
import type { Random } from "../lib/helpers/random.ts";
import { RealRandom } from "../lib/helpers/real_random.ts";
import type { TimeProvider } from "../lib/helpers/time_provider.ts";
import { StoreLayout } from "../lib/store/layout.ts";
import { MeasuredStore } from "../lib/store/measured_store.ts";
import { openStore } from "../lib/store/open_store.ts";
import type { Store } from "../lib/store/store.ts";

/** What every command that is given a configuration works with. */
export interface Runtime extends AsyncDisposable {
  readonly config: Config;
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly log: Logger;
  readonly loggerFor: (component: string) => Logger;
  readonly metrics: MetricsRegistry;
}

/** What a runtime is opened for. */
export interface RuntimeOptions {
  readonly configPath: string;
  /** Who uses it: decides what must be configured, and names the log. */
  readonly user: ConfigUser;
  /** Where the log goes: standard output for daemons, standard error where that is for data. */
  readonly logTo: "stdout" | "stderr";
}

/** The environment, where it may be read. */
export function environment(): Record<string, string> {
  return Deno.env.toObject();
}

/** The real clock, or the one that `HM9000_FAKE_TIME` pins (CLI-07). */
export function realTime(): TimeProvider {
  return createTimeProvider({
    fakeTime: environment()["HM9000_FAKE_TIME"],
    readTextFileSync: Deno.readTextFileSync,
  });
}

/**
 * Reads the configuration and checks that it suffices for `user`.
 *
 * @throws {ConfigError} naming file, line and key of everything that is wrong
 */
export async function loadConfigFor(configPath: string, user: ConfigUser): Promise<ParsedConfig> {
  const parsed = await loadConfig(configPath, {
    readTextFile: Deno.readTextFile,
    env: environment(),
    files: REAL_SECRET_FILES,
  });
  requireFor(parsed, user);
  return parsed;
}

/**
 * Loads the configuration and opens what it names.
 *
 * @throws {ConfigError} when the configuration is wrong
 * @throws {StoreUnavailableError} when the SQLite file cannot be opened
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const parsed = await loadConfigFor(options.configPath, options.user);
  const { config } = parsed;
  const time = realTime();
  const random = new RealRandom();
  const logging = openLog(options, { config, time });
  for (const warning of parsed.warnings) logging.logger.warn("Configuration", { warning });
  const metrics = new MetricsRegistry();
  const opened = await openStore(config.store, { time, random, log: logging.logger });
  // Nobody asks for figures that are not served.
  const store = config.metricsServer.port === undefined
    ? opened
    : new MeasuredStore(opened, { series: metrics.series, time });
  return {
    config,
    store,
    layout: new StoreLayout({ ...config, schemaVersion: config.store.schemaVersion }),
    time,
    random,
    log: logging.logger,
    loggerFor: logging.forComponent,
    metrics,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await logging.close();
    },
  };
}

/** The log that a command's options ask for. */
export function openLog(
  options: RuntimeOptions,
  { config, time }: { readonly config: Config; readonly time: TimeProvider },
): CreatedLogger {
  const stream = Deno[options.logTo];
  const { level, format, syslogUrl } = config.log;
  return createLogger({
    component: options.user,
    level,
    format,
    isTerminal: stream.isTerminal(),
    colors: stream.isTerminal() && !Deno.noColor,
    stream,
    time,
    syslog: syslogUrl === undefined
      ? undefined
      : { url: syslogUrl, hostname: Deno.hostname(), processId: Deno.pid },
  });
}
