/**
 * Reads instance records fast: a pass over a million of them is dominated by this. Keys stand in DEA
 * order, so the DEA is compared with the last one's; apps are looked up by the part of the key that names
 * them, so their guids are checked and kept once per app and not once per instance. Whatever does not fit
 * the fast path goes the strict way of the models, which accepts the same records and explains the rest
 * (MOD-08, STO-27 to STO-29). Pure, but for what it remembers to share strings.
 *
 * @module
 */

import { type AppId, appKey, parseAppKey } from "../../models/app_key.ts";
import { isGuid, requireGuid } from "../../models/guid.ts";
import {
  type InstanceHeartbeat,
  instanceHeartbeatFromCsv,
  type InstanceState,
} from "../../models/instance_heartbeat.ts";
import { ParseError, quoteValue } from "../../models/parse_error.ts";
import type { StoreLayout } from "../layout.ts";
import type { Entry } from "../store.ts";

/** An app that instances name, with its key. */
export interface KnownApp extends AppId {
  readonly key: string;
}

/** An instance with its app, whose strings it shares. */
export interface DecodedInstance<App extends KnownApp = KnownApp> {
  readonly app: App;
  readonly instance: InstanceHeartbeat;
}

const FAST_VALUE = /^(0|[1-9]\d{0,5}),(RUNNING|STARTING|CRASHED|EVACUATING),(\d{1,15}\.\d)$/;

/** Knows the apps that instances name. */
export interface KnownApps<App extends KnownApp = KnownApp> {
  /**
   * The app with this key.
   *
   * @throws {ParseError} when it is not an app's key
   */
  named(appKey: string): App;
}

/** Decodes the instance records of one read, or of one reader who goes on reading. */
export class InstanceDecoder<App extends KnownApp = KnownApp> {
  readonly #layout: StoreLayout;
  readonly #apps: KnownApps<App>;
  #deaGuid = "";
  #deaPrefix = "";

  /** @param apps who knows the apps: {@linkcode RememberedApps}, or whoever reads on and on */
  constructor(layout: StoreLayout, apps: KnownApps<App>) {
    this.#layout = layout;
    this.#apps = apps;
  }

  /**
   * Reads one record.
   *
   * @throws {ParseError} when its key or its value is not an instance's
   */
  decode(entry: Pick<Entry, "key" | "value">): DecodedInstance<App> {
    const { key, value } = entry;
    if (this.#deaPrefix === "" || !key.startsWith(this.#deaPrefix)) this.#enterDea(key);
    const nameAt = this.#deaPrefix.length;
    const lastComma = key.lastIndexOf(",");
    if (lastComma < nameAt) throw this.#notAnInstance(key);
    const app = this.#apps.named(key.slice(nameAt, lastComma));
    const instanceGuid = key.slice(lastComma + 1);
    if (!isGuid(instanceGuid)) throw this.#notAnInstance(key);
    const fields = FAST_VALUE.exec(value);
    const id = {
      appGuid: app.appGuid,
      appVersion: app.appVersion,
      instanceGuid,
      deaGuid: this.#deaGuid,
    };
    const instance = fields === null ? instanceHeartbeatFromCsv(id, value) : {
      ...id,
      instanceIndex: Number(fields[1]),
      state: fields[2] as InstanceState,
      stateTimestamp: Number(fields[3]),
    };
    return { app, instance };
  }

  #enterDea(key: string): void {
    const start = this.#layout.actualPrefix.length;
    const slash = key.indexOf("/", start);
    if (slash < 0 || !key.startsWith(this.#layout.actualPrefix)) throw this.#notAnInstance(key);
    this.#deaGuid = requireGuid("store key", "dea_guid", key.slice(start, slash));
    this.#deaPrefix = key.slice(0, slash + 1);
  }

  #notAnInstance(key: string): ParseError {
    return new ParseError("store key", "", `${quoteValue(key)} is not an instance's`);
  }
}

/** Every app that was read, its strings shared by all its instances. */
export class RememberedApps implements KnownApps {
  readonly #apps = new Map<string, KnownApp>();

  named(key: string): KnownApp {
    const known = this.#apps.get(key);
    if (known !== undefined) return known;
    const { appGuid, appVersion } = parseAppKey(key);
    const app = { key: appKey({ appGuid, appVersion }), appGuid, appVersion };
    this.#apps.set(app.key, app);
    return app;
  }
}
