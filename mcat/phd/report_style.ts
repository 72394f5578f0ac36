/**
 * The style sheet of the report: light or dark as the reader's system is, and fit for printing.
 *
 * @module
 */

/** The report's style sheet. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #57606a; --faint: #d8dee4;
  --line-0: #0969da; --line-1: #cf222e; --line-2: #1a7f37; --line-3: #8250df; --line-4: #bc4c00;
  --line-5: #0e8a8a; --line-6: #bf3989; --line-7: #6e7781; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1;
  --faint: #30363d; --line-0: #58a6ff; --line-1: #ff7b72; --line-2: #56d364; --line-3: #bc8cff;
  --line-4: #f0883e; --line-5: #39c5cf; --line-6: #f778ba; --line-7: #8b949e; } }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1, h2, h3 { line-height: 1.25; } h2 { border-bottom: 1px solid var(--faint); margin-top: 2.5rem; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--faint); padding: 3px 12px 3px 0; text-align: left;
  vertical-align: top; } td.number, th.number { text-align: right; }
svg { width: 100%; height: auto; margin: .5rem 0; } svg text { fill: var(--ink); font-size: 12px; }
svg text.title { font-weight: 600; font-size: 14px; }
.soft, figcaption, footer { color: var(--soft); font-size: 13px; } code { font-size: 13px; }
summary { cursor: pointer; margin: .5rem 0; } .scroll { overflow-x: auto; }
`;
