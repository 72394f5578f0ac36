/**
 * Takes secrets out of text, by the shapes they are known to have: credentials in URLs, authorization
 * headers, `password=…` and `"token":"…"`, private keys in PEM, NATS seeds and JSON web tokens. It hides
 * rather too much than too little: a line that says less than it could can be read again, a password in a
 * log cannot be taken back.
 *
 * @module
 */

/** What stands in place of a secret. */
export const redactedMark = "***";

/**
 * The most characters of one text that are looked at, which bounds the time the patterns take. What is
 * shown is shorter still, so that no secret is cut in two and shown unrecognised.
 */
const lookedAtMax = 4_000;

const secretNames = "pass(?:word|wd|phrase)|secret|token|credentials?|nkey|" +
  "(?:api|access|private)[-_ ]?key";

/** A quoted text, a quoted text within a quoted text, a structure, or one word. */
const secretValue = [
  String.raw`\\"(?:[^\\]|\\\\(?:\\"|[^])|\\[^"\\])*(?:\\")?`,
  String.raw`"(?:[^"\\]|\\[^])*"?`,
  String.raw`'[^']*'?`,
  String.raw`\{[^}]*\}?`,
  String.raw`\[[^\]]*\]?`,
  String.raw`[^\s"',;&}\])]+`,
].join("|");

/** Replaced in this order. */
const patterns: readonly { readonly pattern: RegExp; readonly replacement: string }[] = [
  {
    pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    replacement: redactedMark,
  },
  // Up to the last @ before a space or quote, for passwords hold @ and / where nobody encoded them.
  { pattern: /:\/\/[^\s"'<>]*@/g, replacement: `://${redactedMark}@` },
  // These headers are secret to their end, whatever their scheme and however many parts they have.
  {
    pattern: /((?:authorization|cookie)\\?["']?\s*[:=]\s*\\?["']?)[^"'\\\r\n]+/gi,
    replacement: `$1${redactedMark}`,
  },
  // "Basic authentication" is talked about more often than it is somebody's password.
  {
    pattern: /\b(basic|bearer)(\s+|:\s*)(?!auth|realm)[^\s"',;]+/gi,
    replacement: `$1$2${redactedMark}`,
  },
  {
    pattern: new RegExp(
      String.raw`((?:${secretNames})\w{0,20}\\?["']?\s{0,9}[:=]\s{0,9})(?:${secretValue})`,
      "gi",
    ),
    replacement: `$1${redactedMark}`,
  },
  // Short names, which prose and figures have uses for as well ("a pass: …", "seed: 42").
  {
    pattern: new RegExp(
      String.raw`((?:(?:seed|pwd|jwt)\\?["']?\s{0,9}[:=]|\bpass(?:=|\\?["']\s{0,9}:))\s{0,9})` +
        String.raw`(?!\d+\b)(?:${secretValue})`,
      "gi",
    ),
    replacement: `$1${redactedMark}`,
  },
  {
    pattern: new RegExp(String.raw`(--?[\w-]{0,20}(?:${secretNames})\s{1,9})[^\s=:]\S*`, "gi"),
    replacement: `$1${redactedMark}`,
  },
  { pattern: /\bS[A-Z][A-Z2-7]{56}\b/g, replacement: redactedMark },
  { pattern: /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, replacement: redactedMark },
];

/**
 * `text` without the secrets in it, cut to `lengthMax` characters with a note of how many are missing.
 *
 * @param lengthMax at most 4,000. @default {1_000}
 */
export function redactText(text: string, lengthMax = 1_000): string {
  let shown = text.slice(0, lookedAtMax);
  for (const { pattern, replacement } of patterns) shown = shown.replace(pattern, replacement);
  if (text.length <= lookedAtMax && shown.length <= lengthMax) return shown;
  const kept = shown.slice(0, lengthMax);
  return `${kept.toWellFormed()}… (cut, ${text.length} characters)`;
}
