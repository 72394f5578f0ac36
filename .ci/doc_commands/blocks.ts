/**
 * The fenced blocks of a page of documentation, and what is to be done with each. Every block says what
 * language it is in. One in `sh` is run by the gate, unless the words after that say otherwise, which
 * GitHub does not show:
 *
 *     ```sh                            run to its end, which must be good
 *     ```sh background                 kept running while the rest of the page is
 *     ```sh not-run: needs a cluster   not run, for that reason
 *
 * One in `yaml` must be a configuration, unless it is `yaml not-config`. Pure.
 *
 * @module
 */

import { parseConfig } from "../../lib/config/parse_config.ts";

/** A page with its path from the root. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** A fenced block. */
export interface Block {
  /** `docs/tutorial.md:12` */
  readonly place: string;
  readonly language: string;
  /** The words after the language. */
  readonly note: string;
  readonly text: string;
}

/** What is to be done with a block of commands. */
export type Plan =
  | { readonly kind: "run" | "background" }
  | { readonly kind: "not run"; readonly reason: string };

/** Other names of shells, which would slip through. */
const SHELLS = ["bash", "shell", "console", "zsh", "shell-session", "shellscript"];

/** Where passwords come from, by the key of the user they belong to: never from a page. */
const PASSWORDS: Readonly<Record<string, string>> = {
  "cc_auth_user": "HM9000_CC_AUTH_PASSWORD",
  "api_server_username": "HM9000_API_SERVER_PASSWORD",
  "metrics_server_user": "HM9000_METRICS_SERVER_PASSWORD",
};

/** The blocks of a page, in order. */
export function blocksOf({ path, text }: Page): Block[] {
  const fences = text.matchAll(/^( *)(`{3,})([^\n`]*)\n([^]*?)^\1\2 *$/gm);
  return [...fences].map(({ index, 1: indent = "", 3: info = "", 4: body = "" }) => {
    const [language = "", ...note] = info.trim().split(/\s+/);
    return {
      place: `${path}:${text.slice(0, index).split("\n").length}`,
      language,
      note: note.join(" "),
      text: body.split("\n").map((line) =>
        line.startsWith(indent) ? line.slice(indent.length) : line
      )
        .join("\n"),
    };
  });
}

/** What is to be done with a block in `sh`; undefined for any other. */
export function planOf({ language, note }: Block): Plan | undefined {
  if (language !== "sh") return undefined;
  if (note === "") return { kind: "run" };
  if (note === "background") return { kind: "background" };
  return { kind: "not run", reason: note.replace(/^not-run: */, "") };
}

/** What is wrong with the blocks of a page, each with what to do about it. */
export function blockProblems(page: Page): string[] {
  return blocksOf(page).flatMap((block) => {
    const problem = problemOf(block);
    return problem === undefined ? [] : `${block.place}: ${problem}`;
  });
}

function problemOf(block: Block): string | undefined {
  const { language, note } = block;
  if (language === "") {
    return "The block names no language: write ```sh for commands, which the gate then runs, or ```text";
  }
  if (SHELLS.includes(language)) return `Write \`\`\`sh instead of \`\`\`${language}`;
  if (language === "yaml") return note === "not-config" ? undefined : configProblem(block);
  if (language !== "sh" || /^$|^background$|^not-run: \S/.test(note)) return undefined;
  return `Cannot understand "${note}" after \`\`\`sh: there are nothing at all, for commands that the ` +
    'gate runs, "background", and "not-run: " with a reason';
}

function configProblem({ text }: Block): string | undefined {
  try {
    const passwords = Object.entries(PASSWORDS).filter(([user]) => text.includes(`${user}:`));
    const env = Object.fromEntries(passwords.map(([, variable]) => [variable, "password"]));
    const { warnings } = parseConfig({ text, path: "the block", env });
    return warnings.length === 0 ? undefined : warnings.join("; ");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `The block is no configuration: ${why}; write \`\`\`yaml not-config if it is not meant to be`;
  }
}
