/**
 * Text from elsewhere, made harmless for a terminal: a guid in a message may hold whatever its sender
 * likes, escape sequences that move the cursor or rename the window among it.
 *
 * @module
 */

/** As many characters of one value are shown. */
const CHARACTERS_MAX = 200;

/** Controls, what turns the direction of text around, and what takes no room. */
// deno-lint-ignore no-control-regex -- controls are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with everything a terminal would obey spelt out, and cut when it is very long. */
export function printable(text: string, max: number = CHARACTERS_MAX): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  return cut.replace(UNPRINTABLE, escape).replace(/\p{Surrogate}/gu, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
