import { expect, test } from "vitest";
import type { Plan } from "../plan.ts";
import { batchPage } from "./batch-page.ts";
import { Recorder } from "./recorder.ts";
import type { BatchSummary } from "./result.ts";
import { timelinePage } from "./timeline-page.ts";

const summary: BatchSummary = {
  title: "Simulation",
  at: "2026-11-20 12:00",
  commit: "abc",
  nodeVersion: "v24",
  base: "0x1",
  seeds: 2,
  twice: 1,
  commands: 20,
  virtualUs: 7.2e9,
  realMs: 1000,
  cpuMs: 900,
  scenarios: { mixed: 2 },
  failures: [
    {
      seed: "0x2",
      scenario: "mixed",
      profile: "chaos",
      file: undefined,
      violations: [{ check: "scan", kind: "missing", atUs: 1, text: '<script>"\x00' }],
      repeat: "npm run sim -- --seed 0x2",
    },
  ],
  faults: [{ name: "proc.kill", times: 3, seeds: 1, handled: 0, waitsFor: undefined }],
  marks: [{ name: "dict.split", times: 1, seeds: 1 }],
  buggify: [],
  looks: { "scan: walks": 3 },
  shapes: { get: { $: 3 } },
  reds: ["fault x never fired"],
  redsCount: true,
  canaries: [{ id: "C01", title: "planted", caughtBy: "scan", seeds: 1, steps: 4 }],
};

const plan: Plan = {
  version: 1,
  seed: "0x2",
  scenario: "mixed",
  profile: "chaos",
  nodes: [{ id: 0, config: { shards: "2" }, clockOffsetMs: 0, driftPpm: 0 }],
  clients: [],
  scheduled: [],
  rates: {},
  buggify: [],
  schedule: { kind: "fifo" },
  safetyUs: 1,
};

// Every tag that is opened is closed, in order; void elements aside.
function openTags(html: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = "", rest = ""] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/g)) {
    if (["meta", "br", "line", "rect", "circle", "th", "html", "body"].includes(name)) continue;
    if (slash !== "/" && !rest.endsWith("/")) open.push(name);
    else if (slash === "/" && open.pop() !== name) return [`</${name}>`];
  }
  return open;
}

test("the batch page tells failures and what was never met, and lets nothing through unescaped", () => {
  const html = batchPage(summary);
  for (const part of [
    "failed",
    "0x2",
    "npm run sim -- --seed 0x2",
    "fault x never fired",
    "proc.kill",
    "C01",
  ])
    expect(html).toContain(part);
  expect(html).not.toContain("<script>");
  expect(html).toContain("&lt;script&gt;&quot;");
  expect(openTags(html)).toEqual([]);
});

test("a batch without failures has passed", () => {
  const html = batchPage({ ...summary, failures: [], reds: [] });
  expect(html).toContain('<span class="good">passed</span>');
});

test("the timeline has a lane for each client and shard, a band for each fault, and the offence", () => {
  const recorder = new Recorder();
  recorder.nodeStarted({ atUs: 0, node: 0, generation: 0, config: {} });
  recorder.invoked({ atUs: 10, client: 3, request: 0, node: 0, connection: 0, words: ["GET", "<k>"] });
  recorder.executed({
    atUs: 20,
    node: 0,
    generation: 0,
    client: 3,
    connection: 0,
    session: 1,
    call: {
      client: 1,
      nowMs: 0,
      words: ["GET", "<k>"],
      isRequestCut: false,
      reply: "$-1\r\n",
      isReplyCut: false,
      protocol: 2,
    },
  });
  recorder.faultFired({ atUs: 25, name: "proc.kill", node: 0, text: "now" });
  recorder.replied({ atUs: 30, client: 3, request: 0, connection: 0, reply: "$-1\r\n", protocol: 2 });
  recorder.violated({ check: "scan", kind: "missing", atUs: 31, text: "key <k>" }, 31);
  const html = timelinePage({
    title: "scan: missing",
    plan,
    events: recorder.events,
    first: recorder.first,
    repeat: "npm run sim",
  });
  for (const part of ["client 3", "node 0 shard", "proc.kill now", "scan: missing", "key &lt;k&gt;"])
    expect(html).toContain(part);
  expect(html).not.toContain("<k>");
  expect(openTags(html)).toEqual([]);
});

test("a recorder keeps the latest events of a long run, and where they stood", () => {
  const recorder = new Recorder();
  for (let request = 0; request < 20_000; request++)
    recorder.replied({ atUs: request, client: 0, request, connection: 0, reply: "", protocol: 2 });
  expect(recorder.events.length).toBeLessThan(8001);
  expect(recorder.first + recorder.events.length).toBe(20_000);
});
