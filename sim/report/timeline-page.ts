// Timeline page: one run as a picture: lanes for clients, shards and nodes, bars for requests, faults, the offence.
//
// The axis is the order of events rather than time: most of a run is waiting, and all that matters may happen in
// one microsecond. Times stand above. Only the last events before the first offence are drawn.

import { shardOfSlot } from "../../src/keyspace/keyspace.ts";
import { keySlot } from "../../src/lib/crc16.ts";
import { bytesOf } from "../clients/latin1.ts";
import type { Plan } from "../plan.ts";
import { escaped, page, plain } from "./markup.ts";
import type { Recorded } from "./recorder.ts";

const DRAWN_MAX = 260;
const COLUMN = 26;
const LANE = 30;
const LEFT = 110;
const TOP = 34;

export type Timeline = {
  readonly title: string;
  readonly plan: Plan;
  readonly events: readonly Recorded[];
  /** Place of events[0] in the run. */
  readonly first: number;
  readonly repeat: string;
};

export function timelinePage(timeline: Timeline): string {
  const { events, plan, title, repeat } = timeline;
  const offences = events.flatMap((event) => (event.kind === "violation" ? [event.violation] : []));
  const found = offences
    .slice(0, 5)
    .map(
      ({ check, kind, text, atUs }) =>
        `<div class="failure"><b class="bad">${plain(check)}: ${plain(kind)}</b> <span class="soft">at ${timeText(atUs)}</span><br>${escaped(text)}</div>`,
    )
    .join("");
  const nodes = plan.nodes
    .map(({ id, config }) => `node ${id}: ${Object.entries(config).flat().join(" ")}`)
    .join("\n");
  return page(
    title,
    `<h1>${plain(title)}</h1>
<p class="soft">${plain(plan.scenario)}, ${plan.profile}, seed ${plain(plan.seed)}, schedule ${plan.schedule.kind}</p>
${found || '<p class="good">No offence.</p>'}
<pre>${plain(repeat)}</pre>
<div class="scroll">${drawing(timeline)}</div>
<p class="soft">Each column is one event, in order; times are virtual. A bar goes from a request's sending to its reply; a tick on a
shard is the moment it ran. Hover for words and replies.</p>
<details><summary>Configuration and clients</summary><pre>${escaped(nodes)}

${escaped(plan.clients.map((each) => `client ${each.id}: ${each.kind}, RESP${each.protocol}, window ${each.window}, ${each.steps.length} steps`).join("\n"))}</pre></details>
<h2>Events</h2>
<pre>${lines(timeline).join("\n")}</pre>`,
  );
}

/** The stretch that is worth drawing: up to the first offence and a little beyond. */
function drawnRange(events: readonly Recorded[]): readonly [from: number, to: number] {
  const offence = events.findIndex((event) => event.kind === "violation");
  const to = offence < 0 ? events.length : Math.min(events.length, offence + 8);
  return [Math.max(0, to - DRAWN_MAX), to];
}

function drawing(timeline: Timeline): string {
  const { events, first, plan } = timeline;
  const [from, to] = drawnRange(events);
  const drawn = events.slice(from, to);
  const lanes = lanesOf(drawn, plan);
  const width = LEFT + (to - from + 1) * COLUMN;
  const height = TOP + lanes.length * LANE + 10;
  const yOf = (lane: string): number => TOP + Math.max(0, lanes.indexOf(lane)) * LANE;
  const xOf = (index: number): number => LEFT + (index - from) * COLUMN;
  const parts: string[] = [];
  lanes.forEach((lane, i) => {
    const y = TOP + i * LANE;
    parts.push(`<line x1="0" x2="${width}" y1="${y + LANE - 4}" y2="${y + LANE - 4}" stroke="var(--line)"/>`);
    parts.push(`<text class="lane" x="8" y="${y + 16}">${plain(lane)}</text>`);
  });
  let lastUs = -1;
  drawn.forEach((event, i) => {
    const at = from + i;
    const x = xOf(at);
    if (event.atUs - lastUs >= 1000 && i % 4 === 0) {
      parts.push(`<text class="lane" x="${x}" y="14">${timeText(event.atUs)}</text>`);
      lastUs = event.atUs;
    }
    parts.push(figure(event, { x, at, first, to, xOf, yOf, height, plan }));
  });
  return `<svg width="${width}" height="${height}" xmlns="http://www.w3.org/2000/svg">${parts.join("")}</svg>`;
}

type Place = {
  readonly x: number;
  readonly at: number;
  readonly first: number;
  readonly to: number;
  readonly xOf: (index: number) => number;
  readonly yOf: (lane: string) => number;
  readonly height: number;
  readonly plan: Plan;
};

function figure(event: Recorded, place: Place): string {
  const { x, xOf, yOf, height, first, to, plan } = place;
  switch (event.kind) {
    case "call": {
      const end = event.endAt === undefined ? to : Math.min(to, event.endAt - first);
      const width = Math.max(COLUMN - 6, xOf(end) - x + COLUMN - 6);
      const tone = event.isLost || event.endAt === undefined ? "var(--soft)" : "var(--bar)";
      const told = event.isLost ? "lost" : (event.reply ?? "no reply");
      const y = yOf(`client ${event.client}`);
      return `<g><title>${plain(`#${event.request} ${shown(event.words, 300)}\n${told.slice(0, 300)}`)}</title><rect x="${x}" y="${y + 2}" width="${width}" height="${LANE - 10}" rx="4" fill="${tone}" fill-opacity="0.28" stroke="${tone}"/><text x="${x + 4}" y="${y + 16}">${plain(shown(event.words, Math.floor(width / 7)))}</text></g>`;
    }
    case "run": {
      const y = yOf(laneOfRun(event, plan));
      return `<g><title>${plain(`client ${event.client}: ${shown(event.words, 300)}\n${event.reply.slice(0, 300)}`)}</title><rect x="${x}" y="${y + 2}" width="${COLUMN - 4}" height="${LANE - 10}" rx="2" fill="var(--good)" fill-opacity="0.7"/><text x="${x + 3}" y="${y + 16}">${event.client}</text></g>`;
    }
    case "fault":
      return `<g><title>${plain(event.text)}</title><rect x="${x}" y="18" width="${COLUMN}" height="${height - 22}" fill="var(--fault)" fill-opacity="0.25"/><text x="${x + 2}" y="28">${plain(event.text.slice(0, 24))}</text></g>`;
    case "violation":
      return `<g><title>${plain(event.violation.text)}</title><rect x="${x}" y="18" width="${COLUMN}" height="${height - 22}" fill="var(--bad)" fill-opacity="0.45" stroke="var(--bad)"/></g>`;
    case "note": {
      const y = yOf(event.lane);
      return `<g><title>${plain(event.text)}</title><circle cx="${x + 6}" cy="${y + 12}" r="4" fill="var(--soft)"/><text x="${x + 12}" y="${y + 10}">${plain(event.text.slice(0, 16))}</text></g>`;
    }
    case "reply":
      return "";
  }
}

function lanesOf(drawn: readonly Recorded[], plan: Plan): string[] {
  const clients = new Set<number>();
  const others = new Set<string>();
  for (const event of drawn) {
    if (event.kind === "call") clients.add(event.client);
    else if (event.kind === "run") others.add(laneOfRun(event, plan));
    else if (event.kind === "note") {
      const client = /^client (\d+)$/.exec(event.lane)?.[1];
      if (client === undefined) others.add(event.lane);
      else clients.add(Number(client));
    }
  }
  return [...[...clients].sort((a, b) => a - b).map((id) => `client ${id}`), ...[...others].sort()];
}

// The shard of the first key, if the request looks as if it had one: good enough for a picture.
function laneOfRun({ node, words }: Recorded & { kind: "run" }, plan: Plan): string {
  const shards = Number(plan.nodes.find(({ id }) => id === node)?.config["shards"] ?? "1");
  const key = words[1];
  if (shards === 1 || key === undefined) return `node ${node}`;
  const bytes = bytesOf(key);
  return `node ${node} shard ${shardOfSlot(keySlot(bytes, 0, bytes.length), shards)}`;
}

function lines({ events }: Timeline): string[] {
  const [from, to] = drawnRange(events);
  return events.slice(from, to).map((event) => `${timeText(event.atUs).padStart(13)}  ${line(event)}`);
}

function line(event: Recorded): string {
  switch (event.kind) {
    case "call":
      return `client ${event.client} #${event.request} &gt; ${escaped(shown(event.words, 160))}`;
    case "reply":
      return `client ${event.client} #${event.request} &lt;`;
    case "run": {
      const reply = JSON.stringify(event.reply.slice(0, 80));
      return `node ${event.node} ran for client ${event.client}: ${escaped(shown(event.words, 100))} = ${escaped(reply)}`;
    }
    case "fault":
      return `<b>fault ${escaped(event.text)}</b>`;
    case "violation":
      return `<b class="bad">${escaped(event.violation.check)}: ${escaped(event.violation.text)}</b>`;
    case "note":
      return `${escaped(event.lane)}: ${escaped(event.text)}`;
  }
}

function shown(words: readonly string[], max: number): string {
  const text = words
    .map((word) => (word === "" || /[\s"]/.test(word) ? JSON.stringify(word) : word))
    .join(" ");
  return text.length <= max ? text : `${text.slice(0, Math.max(0, max - 1))}~`;
}

function timeText(atUs: number): string {
  return `${(atUs / 1000).toFixed(3)} ms`;
}
