/**
 * The kinds of value a key can have, as zod schemas. Each says in words what it needs: that text, and
 * not zod's own, ends the error message. Whatever is marked `writeOnly` (JSON Schema's word for a value
 * that is taken but never shown) is a secret: it is masked by `config show` and quoted by no error.
 *
 * @module
 */

import { z } from "zod";

/** What is known of a kind of value beyond its zod schema. */
export interface FieldMeta {
  readonly description?: string | undefined;
  /** Ends the sentence "… is not". */
  readonly needs?: string | undefined;
  /** True for secrets. */
  readonly writeOnly?: boolean | undefined;
}

/** The largest number a key takes: what timers and 32-bit readers of these files can hold. */
export const INTEGER_MAX = 2_147_483_647;

/** Longest duration in seconds, since timers take at most {@linkcode INTEGER_MAX} milliseconds. */
export const DURATION_SECONDS_MAX = Math.floor(INTEGER_MAX / 1000);

/** A whole number from `minimum` (1 unless given) to 2,147,483,647. */
export function wholeNumber(minimum = 1): z.ZodInt {
  return z.int().min(minimum).max(INTEGER_MAX).meta({
    needs: `a whole number from ${minimum} to ${INTEGER_MAX}`,
  });
}

/** A number from 0 to 1. */
export function fraction(): z.ZodNumber {
  return z.number().min(0).max(1).meta({ needs: "a number from 0 to 1" });
}

/** A port to listen on; 0 lets the system choose one. */
export function listeningPort(): z.ZodInt {
  return z.int().min(0).max(65535).meta({ needs: "a port number from 0 to 65535" });
}

/** A port to connect to. */
export function remotePort(): z.ZodInt {
  return z.int().min(1).max(65535).meta({ needs: "a port number from 1 to 65535" });
}

/** True or false. */
export function flag(): z.ZodBoolean {
  return z.boolean().meta({ needs: "true or false" });
}

/** Any text, also none. */
export function text(): z.ZodString {
  return z.string().meta({ needs: "text (put it in quotes)" });
}

/** A password: text that is never shown. */
export function secretText(): z.ZodString {
  return z.string().meta({ needs: "text (put it in quotes)", writeOnly: true });
}

/** A secret key and the key of the file that may hold it instead, which every secret has. */
export function secretKeys<const N extends string>(name: N, description: string) {
  return withFile(name, secretText().default("").describe(description));
}

/** As {@linkcode secretKeys}, for a secret of another kind. */
export function withFile<const N extends string, T extends z.ZodType>(name: N, secret: T) {
  return besides(name, { secret, file: secretFile(name).default("") });
}

/** As {@linkcode withFile}, for a secret that few have: neither key is shown unless it is set. */
export function rareSecret<const N extends string, T extends z.ZodType>(name: N, secret: T) {
  return besides(name, { secret: secret.optional(), file: secretFile(name).optional() });
}

function secretFile(name: string): z.ZodString {
  return filePath().describe(`Path of a file that holds ${name}, instead of the value itself`);
}

function besides<const N extends string, S extends z.ZodType, F extends z.ZodType>(
  name: N,
  { secret, file }: { readonly secret: S; readonly file: F },
) {
  return { [name]: secret, [`${name}_file`]: file } as
    & { readonly [Key in N]: S }
    & { readonly [Key in `${N}_file`]: F };
}

/** The seed of a user's nkey; never shown. */
export function nkeySeed(): z.ZodString {
  return z.string().regex(/^SU[A-Z2-7]{56}$/).meta({
    needs: 'the seed of a user\'s nkey, "SU" and 56 more letters and digits',
    writeOnly: true,
  });
}

/** A bearer token: long enough not to be guessed, and never shown. */
export function token(): z.ZodString {
  return z.string().regex(/^[A-Za-z0-9._~+/-]{16,512}=*$/).meta({
    needs: "a token of 16 to 512 characters A-Z a-z 0-9 - . _ ~ + / (put it in quotes)",
    writeOnly: true,
  });
}

/** A host name or an IP address, without scheme, port or credentials. */
export function hostName(): z.ZodString {
  return z.string().regex(/^(?:[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?)$/).meta({
    needs: "a host name or IP address",
  });
}

/** A path, relative to the folder of the configuration file; empty for none. */
export function filePath(): z.ZodString {
  return z.string().regex(/^[^\0]*$/).meta({ needs: "the path of a file" });
}

/** Part of a store key that begins with `/`. */
export function storeKey(): z.ZodString {
  return z.string().regex(/^(?:\/[A-Za-z0-9_.:-]+)+$/).meta({
    needs: 'a store key that begins with "/", such as "/actual-fresh"',
  });
}

/** A NATS subject to publish on, so without wildcards. */
export function subject(): z.ZodString {
  return z.string().regex(/^[^\s.*>]+(?:\.[^\s.*>]+)*$/).meta({
    needs: 'a NATS subject without spaces and wildcards, such as "hm9000.start"',
  });
}

/** An http or https URL. Credentials in it are refused: they would end up in logs. */
export function httpUrl(): z.ZodString {
  return z.string().regex(/^https?:\/\/[^\s@/?#]+(?:\/[^\s@?#]*)?$/).refine(URL.canParse).meta({
    needs: "an http:// or https:// URL without user, password and query",
  });
}

/** Where syslog listens. */
export function syslogUrl(): z.ZodString {
  return z.string().regex(/^(?:udp:\/\/[^\s@/?#]+:[0-9]{1,5}|unix:\/\/\/[^\s\0]+)$/).meta({
    needs: 'a syslog address, "udp://HOST:PORT" or "unix:///dev/log"',
  });
}

/** One of a few words; they are case-sensitive (CFG-17). */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  const named = words.filter((word) => word !== "");
  return z.enum(words).meta({ needs: `one of ${named.join(", ")}` });
}
