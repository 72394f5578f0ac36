/**
 * Flags of the form `--name=value` or `--name`, each known or an error. Pure.
 *
 * @module
 */

/** The flags of a command. */
export class Flags {
  readonly #given = new Map<string, string>();
  readonly #asked = new Set<string>();

  constructor(args: readonly string[]) {
    for (const arg of args) {
      const [, name, value = ""] = /^--([a-z-]+)(?:=(.*))?$/.exec(arg) ?? [];
      if (name === undefined) throw new Error(`Cannot use ${arg}: flags are --name=value`);
      this.#given.set(name, value);
    }
  }

  /** Whether it is there. */
  has(name: string): boolean {
    this.#asked.add(name);
    return this.#given.has(name);
  }

  /** Its text. */
  text(name: string): string | undefined {
    this.#asked.add(name);
    return this.#given.get(name);
  }

  /** Its whole number. */
  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (/^\d+$/.test(text)) return Number(text);
    throw new Error(`Cannot use --${name}=${text}: a whole number is needed`);
  }

  /** Its names, between commas. */
  list(name: string): string[] {
    return (this.text(name) ?? "").split(",").filter((part) => part !== "");
  }

  /** Two whole numbers with a dash between. */
  span(name: string): { readonly from: number; readonly until: number } | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const [, from, until] = /^(\d+)-(\d+)$/.exec(text) ?? [];
    if (from !== undefined) return { from: Number(from), until: Number(until) };
    throw new Error(`Cannot use --${name}=${text}: two whole numbers with a dash are needed`);
  }

  /** Throws when there is one that nobody has asked for. */
  requireNoOthers(): void {
    const other = [...this.#given.keys()].find((name) => !this.#asked.has(name));
    if (other !== undefined) {
      throw new Error(`Cannot use --${other}: ${[...this.#asked].join(", ")} are known`);
    }
  }
}
