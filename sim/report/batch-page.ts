// Batch page: one static page that says what a batch has run, found, and never met.

import { count, escaped, page, plain } from "./markup.ts";
import type { BatchSummary, CountLine, Failure } from "./result.ts";

export function batchPage(batch: BatchSummary): string {
  return page(
    batch.title,
    [
      head(batch),
      failures(batch),
      reds(batch),
      faults(batch),
      probes(batch),
      looks(batch),
      canaries(batch),
      coverage(batch),
    ].join("\n"),
  );
}

function head(batch: BatchSummary): string {
  const isGood = batch.failures.length === 0 && !(batch.redsCount && batch.reds.length > 0);
  const speed = batch.cpuMs === 0 ? 0 : (batch.commands * 1000) / batch.cpuMs;
  const tiles = [
    tile(count(batch.seeds), `seeds, ${count(batch.twice)} of them twice`),
    tile(count(batch.failures.length), "seeds failed", batch.failures.length === 0 ? "good" : "bad"),
    tile(count(batch.commands), "commands"),
    tile(`${count(batch.virtualUs / 3.6e9)} h`, "of virtual time"),
    tile(`${(batch.realMs / 1000).toFixed(1)} s`, "real time"),
    tile(count(speed), "commands for each second of a processor"),
  ];
  const mix = Object.entries(batch.scenarios)
    .map(([name, times]) => `<span class="chip">${plain(name)} <i>${count(times)}</i></span>`)
    .join("");
  return `<h1>${plain(batch.title)}: <span class="${isGood ? "good" : "bad"}">${isGood ? "passed" : "failed"}</span></h1>
<p class="soft">${plain(batch.at)} · commit ${plain(batch.commit)} · Node.js ${plain(batch.nodeVersion)}${
    batch.base === undefined ? "" : ` · base ${plain(batch.base)}`
  }</p>
<div class="tiles">${tiles.join("")}</div>
<p>${mix}</p>`;
}

function tile(value: string, label: string, tone = ""): string {
  return `<div class="tile"><b class="${tone}">${plain(value)}</b><span>${plain(label)}</span></div>`;
}

function failures(batch: BatchSummary): string {
  if (batch.failures.length === 0) return `<h2>Failures</h2><p class="good">None.</p>`;
  return `<h2>Failures</h2>${batch.failures.slice(0, 100).map(failure).join("\n")}`;
}

function failure({ seed, scenario, profile, file, violations, repeat, shrunk }: Failure): string {
  const all = violations
    .slice(0, 5)
    .map(
      ({ check, kind, text }) =>
        `<p><b class="bad">${plain(check)}: ${plain(kind)}</b><br>${escaped(text)}</p>`,
    )
    .join("");
  const small =
    shrunk === undefined
      ? ""
      : `<p>Shrunk to ${shrunk.steps} steps and ${shrunk.faults} faults in ${shrunk.runs} runs: <code>${plain(shrunk.plan)}</code>${
          shrunk.timeline === undefined ? "" : `, <a href="${plain(shrunk.timeline)}">timeline</a>`
        }</p><pre>${escaped(shrunk.lines.join("\n"))}</pre>`;
  return `<div class="failure"><b>${plain(file ?? seed)}</b> <span class="soft">${plain(scenario)}, ${profile}</span>
${all}<pre>${plain(repeat)}</pre>${small}</div>`;
}

function reds(batch: BatchSummary): string {
  if (batch.reds.length === 0) return `<h2>Never met</h2><p class="good">Nothing that should have been.</p>`;
  const note = batch.redsCount
    ? "Each of these fails the batch."
    : "The batch is too small or too calm for these to count.";
  const items = batch.reds.map(
    (red) => `<span class="chip ${batch.redsCount ? "bad" : ""}">${plain(red)}</span>`,
  );
  return `<h2>Never met</h2><p class="soft">${note}</p><p>${items.join("")}</p>`;
}

function faults(batch: BatchSummary): string {
  const rows = batch.faults.map(({ name, times, seeds, handled, waitsFor }) =>
    waitsFor === undefined
      ? `<tr><td>${plain(name)}</td>${number(times)}${number(seeds)}${number(handled)}<td>${bar(times, batch.faults)}</td></tr>`
      : `<tr class="soft"><td>${plain(name)}</td><td colspan="4">waits for ${plain(waitsFor)}</td></tr>`,
  );
  return `<h2>Faults</h2><table><tr><th>fault<th class="n">fired<th class="n">in seeds<th class="n">handled<th></tr>${rows.join("")}</table>`;
}

function bar(times: number, all: readonly CountLine[]): string {
  const most = Math.max(1, ...all.map((line) => line.times));
  // By digits rather than linearly: one fault fires ten thousand times as often as another.
  const width = times === 0 ? 0 : (160 * `${times}`.length) / `${most}`.length;
  return `<svg width="160" height="8"><rect width="${width.toFixed(0)}" height="8" rx="2" fill="var(--fault)"/></svg>`;
}

function probes(batch: BatchSummary): string {
  return `<h2>Marks reached and trouble asked for</h2><div class="columns">${lines("mark", batch.marks)}${lines(
    "buggify point",
    batch.buggify,
  )}</div>`;
}

function lines(what: string, all: readonly CountLine[]): string {
  const rows = all.map(
    ({ name, times, seeds }) => `<tr><td>${plain(name)}</td>${number(times)}${number(seeds)}</tr>`,
  );
  return `<table><tr><th>${what}<th class="n">times<th class="n">in seeds</tr>${rows.join("")}</table>`;
}

function looks(batch: BatchSummary): string {
  const rows = Object.entries(batch.looks).map(([what, times]) => {
    const [check = "", ...rest] = what.split(": ");
    return `<tr><td>${plain(check)}</td><td>${plain(rest.join(": "))}</td>${number(times)}</tr>`;
  });
  return `<h2>What the checks looked at</h2><table><tr><th>check<th>things<th class="n">times</tr>${rows.join("")}</table>`;
}

function canaries(batch: BatchSummary): string {
  if (batch.canaries.length === 0) return "";
  const rows = batch.canaries.map(
    ({ id, title, caughtBy, seeds, steps }) =>
      `<tr><td>${plain(id)}</td><td>${plain(title)}</td><td class="${caughtBy === undefined ? "bad" : "good"}">${plain(
        caughtBy ?? "survived",
      )}</td>${number(seeds)}<td class="n">${steps ?? ""}</td></tr>`,
  );
  return `<h2>Planted errors</h2><table><tr><th>id<th>what was broken<th>caught by<th class="n">seeds<th class="n">shrunk to</tr>${rows.join("")}</table>`;
}

function coverage(batch: BatchSummary): string {
  const rows = Object.entries(batch.shapes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([command, shapes]) => {
      const total = Object.values(shapes).reduce((sum, times) => sum + times, 0);
      const chips = Object.entries(shapes)
        .sort((a, b) => b[1] - a[1])
        .map(([shape, times]) => `<span class="chip">${plain(shape)} <i>${count(times)}</i></span>`);
      return `<tr><td>${plain(command)}</td>${number(total)}<td>${chips.join("")}</td></tr>`;
    });
  return `<h2>Commands and the shapes of their replies</h2><table><tr><th>command<th class="n">replies<th>shapes</tr>${rows.join("")}</table>`;
}

function number(value: number): string {
  return `<td class="n${value === 0 ? " bad" : ""}">${count(value)}</td>`;
}
