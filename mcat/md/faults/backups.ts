/**
 * The backups of the store that an operator keeps: one every so often, the oldest are thrown away.
 *
 * @module
 */

import type { EtcdOperator } from "../../../test_helpers/etcd_operator.ts";

const KEPT_MAX = 5;

/** A backup and when it was made. */
interface Backup {
  readonly file: string;
  readonly atMs: number;
}

/** Files in a folder, oldest first. */
export class Backups {
  readonly #operator: EtcdOperator;
  readonly #folder: string;
  #kept: Backup[] = [];
  #made = 0;

  constructor(operator: EtcdOperator, folder: string) {
    this.#operator = operator;
    this.#folder = folder;
  }

  /**
   * Makes one.
   *
   * @throws {Error} when the store cannot be read
   */
  async make(nowMs: number): Promise<void> {
    this.#made += 1;
    const file = `${this.#folder}/backup-${this.#made}`;
    await this.#operator.backUp(file);
    this.#kept.push({ file, atMs: nowMs });
    for (const { file: old } of this.#kept.slice(0, -KEPT_MAX)) await Deno.remove(old);
    this.#kept = this.#kept.slice(-KEPT_MAX);
  }

  /** The newest that was made before then; undefined when there is none. */
  newestBefore(ms: number): string | undefined {
    return this.#kept.filter(({ atMs }) => atMs <= ms).at(-1)?.file;
  }
}
