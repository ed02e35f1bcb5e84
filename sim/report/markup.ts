// Markup: text as HTML, and the look that the pages share.

/** Text that may stand between tags and in attributes. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(
      /[^\n -~]/g,
      (char) => `<span class="byte">\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}</span>`,
    );
}

/** As `escaped`, for places where no tags may stand. */
export function plain(text: string): string {
  return text
    .replace(/[^\n -~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, " ");
}

export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${plain(title)}</title>
<style>${style}</style>
<body>
${body}
</body>
</html>
`;
}

const style = `
:root { color-scheme: light dark; --ink: #1c2330; --soft: #667085; --line: #e4e7ec; --paper: #fff; --panel: #f7f8fa;
  --good: #16794a; --bad: #c4281c; --bar: #5b7cfa; --fault: #f2a93b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #98a2b3; --line: #2b3240; --paper: #12161e;
  --panel: #1a202b; --good: #4cc38a; --bad: #ff6b5e; --bar: #7f9bff; --fault: #e0a040; } }
* { box-sizing: border-box; }
body { font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  max-width: 1180px; padding: 32px 24px 80px; }
h1 { font-size: 22px; margin: 0 0 4px; font-weight: 650; }
h2 { font-size: 16px; margin: 36px 0 10px; font-weight: 650; }
p { margin: 6px 0; } .soft { color: var(--soft); }
code, pre { font: 12px/1.5 ui-monospace, monospace; } pre { background: var(--panel); border: 1px solid var(--line);
  border-radius: 6px; padding: 10px 12px; overflow-x: auto; white-space: pre-wrap; word-break: break-word; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 10px; margin: 18px 0; }
.tile { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.tile b { display: block; font-size: 20px; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: 12px; }
.good { color: var(--good); } .bad { color: var(--bad); } .byte { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 12px; }
td, th { padding: 3px 10px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; } .columns { columns: 2; column-gap: 32px; } .columns table { break-inside: avoid; }
.failure { border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px; padding: 10px 14px;
  margin: 10px 0; } details { margin: 4px 0; } summary { cursor: pointer; }
.chip { display: inline-block; border: 1px solid var(--line); border-radius: 10px; padding: 0 7px; margin: 1px 3px 1px 0;
  font-size: 12px; white-space: nowrap; } .chip i { color: var(--soft); font-style: normal; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); }
svg text { font: 11px ui-monospace, monospace; fill: var(--ink); } svg .lane { fill: var(--soft); }
`;
