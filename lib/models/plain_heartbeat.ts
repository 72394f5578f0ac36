/**
 * Heartbeats just as DEAs write them, read at a fraction of what a JSON parser takes: it would make an
 * object of every instance and look up every short name in a table of all that there ever were, and a
 * fleet that starts says a million of them within seconds.
 *
 * The first instance is parsed, and tells which fields there are and in which order; all others must be
 * written alike. What is not that plain in any way (blanks, escapes, another order, a value that will not
 * do) is left to `parseHeartbeat`, which reads whatever there is, and says what is wrong with it. Pure.
 *
 * @module
 */

import { GUID_CHARACTERS_MAX, isGuid } from "./guid.ts";
import {
  INSTANCE_STATES,
  type InstanceHeartbeat,
  type InstanceState,
} from "./instance_heartbeat.ts";

const LIST = '"droplets":[';
/** ASCII without escapes. */
const PLAIN_TEXT = /^[ -[\]-~]*$/;
const COMMA = 0x2c;
const BRACKET = 0x5d;

const GUID = `"([A-Za-z0-9_.:-]{1,${GUID_CHARACTERS_MAX}})"`;

/** The fields of an instance, and what each may be. */
const FIELDS: Readonly<Record<string, string>> = {
  "droplet": GUID,
  "version": GUID,
  "instance": GUID,
  "index": "(0|[1-9][0-9]{0,5})",
  "state": `"(${INSTANCE_STATES.join("|")})"`,
  "state_timestamp": String.raw`(-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,20})?)`,
};
/** What a field of no interest may be. */
const ANYTHING = String
  .raw`(?:"[ !#-\[\]-~]*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|true|false|null)`;

/** How long the first instance may be, in characters: a pattern is made of its names. */
const ELEMENT_CHARACTERS_MAX = 2_000;

/** A heartbeat, all of whose instances are in order. */
export interface PlainHeartbeat {
  readonly deaGuid: string;
  readonly instances: readonly InstanceHeartbeat[];
}

/**
 * The heartbeat; undefined when it is not as plain as that, or has no instance.
 *
 * @param text may be bytes that nobody has decoded yet, one character each: what is plain is ASCII
 */
export function readPlainHeartbeat(text: string): PlainHeartbeat | undefined {
  const list = beginList(text);
  if (list === undefined) return undefined;
  const { pattern, names } = list;
  const matches: RegExpExecArray[] = [];
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    matches.push(match);
    if (passComma(pattern, text)) continue;
    const deaGuid = deaGuidAround(text, list);
    return deaGuid === undefined
      ? undefined
      : { deaGuid, instances: instancesFrom(matches, { names, deaGuid }) };
  }
  return undefined;
}

/** Whose heartbeat it is, if {@linkcode readPlainHeartbeat} would read it; makes nothing of its instances. */
export function plainHeartbeatDea(text: string): string | undefined {
  const list = beginList(text);
  if (list === undefined) return undefined;
  while (list.pattern.test(text)) {
    if (!passComma(list.pattern, text)) return deaGuidAround(text, list);
  }
  return undefined;
}

/** The list of instances. */
interface List {
  /** Where its first instance begins. */
  readonly start: number;
  /** The names of an instance's fields, in their order. */
  readonly names: readonly string[];
  /** Matches the next instance. */
  readonly pattern: RegExp;
}

function beginList(text: string): List | undefined {
  const start = text.indexOf(LIST) + LIST.length;
  const names = start < LIST.length ? undefined : firstNames(text, start);
  if (names === undefined) return undefined;
  const pattern = elementPattern(names);
  pattern.lastIndex = start;
  return { start, names, pattern };
}

/** Whether another instance is to follow. */
function passComma(pattern: RegExp, text: string): boolean {
  if (text.charCodeAt(pattern.lastIndex) !== COMMA) return false;
  pattern.lastIndex += 1;
  return true;
}

/** The names of the first instance's fields, in their order; undefined when one that matters lacks. */
function firstNames(text: string, start: number): readonly string[] | undefined {
  const end = text.indexOf("}", start) + 1;
  const first = end - start > ELEMENT_CHARACTERS_MAX ? undefined : parsed(text.slice(start, end));
  if (first === undefined) return undefined;
  const names = Object.keys(first);
  return Object.keys(FIELDS).every((name) => names.includes(name)) ? names : undefined;
}

/** One instance, from where the last one ended. The engine keeps what it has made of a pattern. */
function elementPattern(names: readonly string[]): RegExp {
  const fields = names.map((name) => {
    const quoted = JSON.stringify(name).replaceAll(/[^A-Za-z0-9_"]/g, String.raw`\$&`);
    return `${quoted}:${Object.hasOwn(FIELDS, name) ? FIELDS[name] : ANYTHING}`;
  });
  return new RegExp(`\\{${fields.join(",")}\\}`, "y");
}

/**
 * The DEA that says all this, when the list has just been read to its end; undefined when that was not its
 * end, or not the list of the heartbeat itself, or might not be.
 */
function deaGuidAround(text: string, { start, pattern }: List): string | undefined {
  if (text.charCodeAt(pattern.lastIndex) !== BRACKET) return undefined;
  const rest = text.slice(0, start) + text.slice(pattern.lastIndex);
  if (!PLAIN_TEXT.test(rest) || rest.indexOf(LIST) !== rest.lastIndexOf(LIST)) return undefined;
  const message = parsed(rest);
  const list = message?.["droplets"];
  const deaGuid = message?.["dea"];
  if (!Array.isArray(list) || list.length > 0) return undefined;
  return typeof deaGuid === "string" && isGuid(deaGuid) ? deaGuid : undefined;
}

function instancesFrom(
  matches: readonly RegExpExecArray[],
  { names, deaGuid }: { readonly names: readonly string[]; readonly deaGuid: string },
): InstanceHeartbeat[] {
  const wanted = names.filter((name) => Object.hasOwn(FIELDS, name));
  const place = (name: string) => wanted.indexOf(name) + 1;
  const [droplet, version, instance] = [place("droplet"), place("version"), place("instance")];
  const [index, state, time] = [place("index"), place("state"), place("state_timestamp")];
  return matches.map((match) => ({
    appGuid: match[droplet] ?? "",
    appVersion: match[version] ?? "",
    instanceGuid: match[instance] ?? "",
    instanceIndex: Number(match[index]),
    state: match[state] as InstanceState,
    stateTimestamp: Number(match[time]),
    deaGuid,
  }));
}

/** The object that a text is; undefined when it is none. */
function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}
