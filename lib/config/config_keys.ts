/**
 * The keys of the file as a list, read off the schema: what `HM9000_…` variable each has, what kind of
 * value it takes, whether it is a secret. Groups such as `etcd` are listed by their members,
 * `etcd.key_file`; a list such as `nats` is one key.
 *
 * @module
 */

import { z } from "zod";
import type { FieldMeta } from "./field_types.ts";
import { configFileSchema } from "./schema.ts";

/** One key that can be set. */
export interface ConfigKey {
  /** Its path in the file, for example `["etcd", "key_file"]`. */
  readonly path: readonly string[];
  /** Its path as text, for example `etcd.key_file`. */
  readonly name: string;
  /** The environment variable that overrides it, for example `HM9000_ETCD_KEY_FILE`. */
  readonly variable: string;
  /** How its value is written, in the file and in the environment variable. */
  readonly kind: "text" | "number" | "boolean" | "text_list" | "member_list";
  /** What it does, with its unit. */
  readonly description: string;
  /** True when its value is a secret or holds one. */
  readonly secret: boolean;
}

/** Part of a path: the name of a key, or a position in a list. */
export type PathPart = string | number;

/** Every key of the file, in the order of the schema. */
export function configKeys(): readonly ConfigKey[] {
  return Object.entries(configFileSchema.shape).flatMap(([name, schema]) => keysOf([name], schema));
}

/** A path as people write it: `nats[0].port`. */
export function formatPath(path: readonly PathPart[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** What is known of the value at `path`; empty for a path that the schema does not know. */
export function fieldMetaAt(path: readonly PathPart[]): FieldMeta {
  const schema = schemaAt(path);
  return schema === undefined ? {} : { ...fieldMeta(schema), writeOnly: holdsSecret(schema) };
}

/** Names that may stand in the mapping at `path`; empty when there is no mapping. */
export function namesAt(path: readonly PathPart[]): readonly string[] {
  const schema = unwrap(schemaAt(path));
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** Words that the value at `path` may be; empty when it is not one of a few words. */
export function wordsAt(path: readonly PathPart[]): readonly string[] {
  const schema = unwrap(schemaAt(path));
  if (!(schema instanceof z.ZodEnum)) return [];
  return schema.options.map(String).filter((word) => word !== "");
}

function keysOf(path: readonly string[], schema: z.core.$ZodType): readonly ConfigKey[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape as Readonly<Record<string, z.core.$ZodType>>)
      .flatMap(([name, member]) => keysOf([...path, name], member));
  }
  return [{
    path,
    name: path.join("."),
    variable: `HM9000_${path.join("_").toUpperCase()}`,
    kind: kindOf(inner),
    description: fieldMeta(schema).description ?? "",
    secret: holdsSecret(schema),
  }];
}

function kindOf(schema: z.core.$ZodType): ConfigKey["kind"] {
  if (schema instanceof z.ZodNumber) return "number";
  if (schema instanceof z.ZodBoolean) return "boolean";
  if (!(schema instanceof z.ZodArray)) return "text";
  return unwrap(schema.element) instanceof z.ZodObject ? "member_list" : "text_list";
}

function schemaAt(path: readonly PathPart[]): z.core.$ZodType | undefined {
  let schema: z.core.$ZodType | undefined = configFileSchema;
  for (const part of path) {
    const inner: z.core.$ZodType | undefined = unwrap(schema);
    if (inner instanceof z.ZodArray) schema = inner.element;
    else if (inner instanceof z.ZodObject && Object.hasOwn(inner.shape, part)) {
      schema = inner.shape[part];
    } else return undefined;
    if (schema === undefined) return undefined;
  }
  return schema;
}

function unwrap<T extends z.core.$ZodType | undefined>(schema: T): z.core.$ZodType | T {
  const wraps = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional;
  return wraps ? unwrap(schema.def.innerType) : schema;
}

function fieldMeta(schema: z.core.$ZodType): FieldMeta {
  const inner = unwrap(schema);
  const outerMeta = z.globalRegistry.get(schema) ?? {};
  return { ...(z.globalRegistry.get(inner) ?? {}), ...outerMeta } as FieldMeta;
}

function holdsSecret(schema: z.core.$ZodType): boolean {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return holdsSecret(inner.element);
  if (inner instanceof z.ZodObject) {
    return Object.values(inner.shape as Readonly<Record<string, z.core.$ZodType>>)
      .some(holdsSecret);
  }
  return fieldMeta(schema).writeOnly === true;
}
