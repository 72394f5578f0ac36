/**
 * Where things stand in the store. The layout is fixed: other tools read it (design: layout).
 *
 * @module
 */

import { type AppId, appKey, parseAppKey } from "../models/app_key.ts";
import { isGuid } from "../models/guid.ts";
import { type InstanceHeartbeat, type InstanceId } from "../models/instance_heartbeat.ts";
import { ParseError, quoteValue } from "../models/parse_error.ts";

/** Everything of ours stands under this; nothing outside it is ever read or written (REG-49). */
export const HM_ROOT = "/hm/";

/** Leaderships stand outside the schema version, so that two versions exclude each other. */
export const LOCKS_PREFIX = "/hm/locks/";

/** The key whose holder leads `component`. */
export function lockKey(component: string): string {
  return `${LOCKS_PREFIX}${component}`;
}

/** Where each kind of record stands under one schema version. */
export class StoreLayout {
  /** `/hm/v{schema}`, without a slash at its end. */
  readonly root: string;
  /** Instances, by DEA. */
  readonly actualPrefix: string;
  /** Desired apps, by app key. */
  readonly desiredPrefix: string;
  /** Crash counts, by app key and index. */
  readonly crashesPrefix: string;
  /** DEAs that are present; their keys end with the heartbeat TTL. */
  readonly presencePrefix: string;
  /** The queue of starts. */
  readonly startPrefix: string;
  /** The queue of stops. */
  readonly stopPrefix: string;
  /** Gauges and counters, each a number as text under its name. */
  readonly metricsPrefix: string;
  /** What is not to be sent for now, by the hold's name; operators' end with their leases. */
  readonly holdsPrefix: string;
  /** Breakers that an operator lets an incident pass, by the breaker's name; each under a lease. */
  readonly waiversPrefix: string;
  /** What breakers remember from pass to pass, by the breaker's name. */
  readonly breakersPrefix: string;
  /** What was decided of late and why, by time (see `collections/decisions.ts`). */
  readonly decisionsPrefix: string;
  /** What operators did by hand, in order of time. */
  readonly auditPrefix: string;
  /** Bookmarks of those who mirror the store, each under a lease; of no use to anybody else. */
  readonly bookmarksPrefix: string;
  /** Put and removed again by who follows what is desired, to learn how far that has been told. */
  readonly desiredBookmarkKey: string;
  /** There while heartbeats are being written. */
  readonly actualFreshKey: string;
  /** There while a fetch of the desired state is recent enough. */
  readonly desiredFreshKey: string;

  /**
   * Works every prefix and key out at once.
   *
   * @param options the schema version, and the original's configurable freshness keys
   */
  constructor(options: StoreLayoutOptions) {
    this.root = `/hm/v${options.schemaVersion}`;
    this.actualPrefix = `${this.root}/apps/actual/`;
    this.desiredPrefix = `${this.root}/apps/desired/`;
    this.crashesPrefix = `${this.root}/apps/crashes/`;
    this.presencePrefix = `${this.root}/dea-presence/`;
    this.startPrefix = `${this.root}/start/`;
    this.stopPrefix = `${this.root}/stop/`;
    this.metricsPrefix = `${this.root}/metrics/`;
    this.holdsPrefix = `${this.root}/holds/`;
    this.waiversPrefix = `${this.root}/waivers/`;
    this.breakersPrefix = `${this.root}/breakers/`;
    this.decisionsPrefix = `${this.root}/decisions/`;
    this.auditPrefix = `${this.root}/audit/`;
    this.bookmarksPrefix = `${this.root}/bookmarks/`;
    this.desiredBookmarkKey = `${this.root}/apps/desired-bookmark`;
    this.actualFreshKey = `${this.root}${options.actualFreshnessKey ?? "/actual-fresh"}`;
    this.desiredFreshKey = `${this.root}${options.desiredFreshnessKey ?? "/desired-fresh"}`;
  }

  /** The prefix of one DEA's instances. */
  deaPrefix(deaGuid: string): string {
    return `${this.actualPrefix}${deaGuid}/`;
  }

  /** The key of an instance. */
  actualKey(instance: InstanceId): string {
    return `${this.deaPrefix(instance.deaGuid)}${appKey(instance)},${instance.instanceGuid}`;
  }

  /**
   * What the key of an instance says.
   *
   * @throws {ParseError} when it is not one
   */
  parseActualKey(key: string): InstanceId {
    const [deaGuid = "", rest = "", ...more] = key.slice(this.actualPrefix.length).split("/");
    const parts = rest.split(",");
    const [appGuid = "", appVersion = "", instanceGuid = ""] = parts;
    const elsewhere = !key.startsWith(this.actualPrefix);
    if (elsewhere || more.length > 0 || parts.length !== 3 || ![deaGuid, ...parts].every(isGuid)) {
      throw new ParseError("store key", "", `${quoteValue(key)} is not an instance's`);
    }
    return { deaGuid, appGuid, appVersion, instanceGuid };
  }

  /** The prefix of what is desired of the versions of an app. */
  desiredVersionsPrefix(appGuid: string): string {
    return `${this.desiredPrefix}${appGuid},`;
  }

  /** The prefix of the crash counts of the versions of an app. */
  crashVersionsPrefix(appGuid: string): string {
    return `${this.crashesPrefix}${appGuid},`;
  }

  /** The prefix of the queued starts of the versions of an app. */
  startVersionsPrefix(appGuid: string): string {
    return `${this.startPrefix}${appGuid},`;
  }

  /** The key of a desired app. */
  desiredKey(app: AppId): string {
    return `${this.desiredPrefix}${appKey(app)}`;
  }

  /**
   * The app that the key of a desired app names.
   *
   * @throws {ParseError} when it is not one
   */
  parseDesiredKey(key: string): AppId {
    if (key.startsWith(this.desiredPrefix)) {
      return parseAppKey(key.slice(this.desiredPrefix.length));
    }
    throw new ParseError("store key", "", `${quoteValue(key)} is not a desired app's`);
  }

  /** The key of a crash count. */
  crashKey(crash: AppId & Pick<InstanceHeartbeat, "instanceIndex">): string {
    return `${this.crashesPrefix}${appKey(crash)}/${crash.instanceIndex}`;
  }

  /**
   * What the key of a crash count says.
   *
   * @throws {ParseError} when it is not one
   */
  parseCrashKey(key: string): { readonly app: AppId; readonly instanceIndex: number } {
    const slash = key.lastIndexOf("/");
    const index = key.slice(slash + 1);
    if (
      key.startsWith(this.crashesPrefix) && slash >= this.crashesPrefix.length &&
      /^(0|[1-9]\d{0,5})$/.test(index)
    ) {
      const app = parseAppKey(key.slice(this.crashesPrefix.length, slash));
      return { app, instanceIndex: Number(index) };
    }
    throw new ParseError("store key", "", `${quoteValue(key)} is not a crash count's`);
  }

  /** The key whose lease says that a DEA is present. */
  presenceKey(deaGuid: string): string {
    return `${this.presencePrefix}${deaGuid}`;
  }

  /** The key of a figure. */
  metricKey(name: string): string {
    return `${this.metricsPrefix}${name}`;
  }

  /** The key of a hold. */
  holdKey(name: string): string {
    return `${this.holdsPrefix}${name}`;
  }

  /** The key of an operator's word that a breaker is to let an incident pass. */
  waiverKey(breaker: string): string {
    return `${this.waiversPrefix}${breaker}`;
  }

  /** The key of what a breaker remembers. */
  breakerKey(breaker: string): string {
    return `${this.breakersPrefix}${breaker}`;
  }
}

/** Options of {@linkcode StoreLayout}. */
export interface StoreLayoutOptions {
  readonly schemaVersion: number;
  /** Below the root, with its slash. @default {"/actual-fresh"} */
  readonly actualFreshnessKey?: string;
  /** Below the root, with its slash. @default {"/desired-fresh"} */
  readonly desiredFreshnessKey?: string;
}
