/**
 * Finds links in Markdown that lead to no file of the repository.
 *
 * @module
 */

/** A Markdown file. */
export interface Page {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly text: string;
}

/** `page: target` for every link whose file `exists` denies; links to elsewhere are not followed. */
export function brokenLinks(
  pages: readonly Page[],
  exists: (path: string) => boolean,
): readonly string[] {
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)]
      .map((match) => match[1] ?? "")
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !exists(resolve(path, target)))
      .map((target) => `${path}: ${target}`)
  );
}

function resolve(from: string, target: string): string {
  return new URL(target, new URL(from, "file:///root/")).pathname.replace(/^\/root\//, "");
}
