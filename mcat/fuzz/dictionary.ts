/**
 * Words of the languages that are read: a mutation that puts one in gets further than one that flips bits.
 *
 * @module
 */

/** Of JSON, and of those who misuse it. */
export const JSON_WORDS: readonly string[] = [
  ...["{", "}", "[", "]", ":", ",", '"', "\\", "\\u0000", "\\ud800", "{}", "[]", '""'],
  ...["null", "true", "false", "0", "-0", "-1", "1.5", "1e309", "-1e309", "1e-400", "NaN"],
  ...["2147483648", "4294967296", "9007199254740993", "18446744073709551616", "0x10", "007"],
  ...['"__proto__"', '"constructor"', '"toString"', "\u2028", "\ufeff", "\u0000", "\r\n"],
];

/** Of YAML. */
export const YAML_WORDS: readonly string[] = [
  ...[
    "- ",
    ": ",
    "? ",
    "#",
    "---\n",
    "...\n",
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "!!js/function ",
  ],
  ...[
    "|\n  ",
    ">-\n  ",
    "'",
    "~",
    "yes",
    "0o17",
    ".inf",
    ".nan",
    "\t",
    "%YAML 1.1\n",
    "{a: &b [*b]}",
  ],
];

/** Of records that are written with commas. */
export const CSV_WORDS: readonly string[] = [
  ...[
    ",",
    ",,",
    "-1",
    "0",
    "00",
    "1.0",
    "1e3",
    "999999",
    "1000000",
    " ",
    "\n",
    "٣",
    "NaN",
    "Infinity",
  ],
  ...[
    "RUNNING",
    "STARTING",
    "CRASHED",
    "EVACUATING",
    "STARTED",
    "STOPPED",
    "PENDING",
    "STAGED",
    "FAILED",
  ],
];

/** Bytes of binary protocols, one character a byte. */
export const BINARY_WORDS: readonly string[] = [
  ...[
    "\u0000",
    "\u007f",
    "\u0080",
    "\u00ff",
    "\u00ff\u00ff\u00ff\u007f",
    "\u0000\u0000\u0000\u0000",
  ],
  ...[
    "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
    "\u0080\u0080\u0080\u0080\u0000",
  ],
];
