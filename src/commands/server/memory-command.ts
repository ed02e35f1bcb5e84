// MEMORY: what takes how many bytes.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { after, integer, key, optional } from "../syntax.ts";
import { helpCommand } from "./help.ts";
import { databaseOverhead, entryBytes, humanBytes, memoryFigures, ratio } from "./memory-figures.ts";

const common = {
  group: "server",
  since: "4.0.0",
  flags: [],
  tips: ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
  class: "shape",
} as const;

/** Elements by which MEMORY USAGE judges a collection, when it is not told. */
const USAGE_SAMPLES = 5;

/** Below this the figures say nothing: fixed costs outweigh the data. */
const DOCTOR_BYTES_MIN = 5 * 1024 * 1024;

const doctor: CommandDeclaration = {
  ...common,
  name: "doctor",
  summary: "Reports on memory in sentences, with advice.",
  complexity: "O(1)",
  syntax: [],
  run({ reply, server }) {
    const { usedBytes, peakBytes, arenaBytes, arenaPageBytes } = memoryFigures(server);
    const findings: string[] = [];
    if (usedBytes < DOCTOR_BYTES_MIN) {
      reply.verbatim("txt", "There is too little data in this server to judge its memory by.\n");
      return;
    }
    if (peakBytes > usedBytes * 1.5) {
      findings.push(
        `The peak of memory was ${humanBytes(peakBytes)}, far above the ${humanBytes(usedBytes)} in use now: ` +
          "the process may hold more than it needs. MEMORY PURGE gives back what it can.",
      );
    }
    if (arenaPageBytes > arenaBytes * 1.4) {
      findings.push(
        `The data fills ${humanBytes(arenaBytes)} of the ${humanBytes(arenaPageBytes)} of its pages. ` +
          "After many deletions this passes as the survivors are moved together.",
      );
    }
    const text =
      findings.length === 0 ? "No memory issue was found." : findings.map((f) => `- ${f}`).join("\n");
    reply.verbatim("txt", `${text}\n`);
  },
};

const mallocStats: CommandDeclaration = {
  ...common,
  name: "malloc-stats",
  summary: "Shows figures of the memory arenas.",
  complexity: "Depends on how much memory is allocated, could be slow",
  syntax: [],
  run({ reply, server }) {
    const lines = server.everything.databases.map(({ arena }, shard) =>
      [
        `shard ${shard}: used ${arena.usedBytes} bytes`,
        `pages ${arena.pageBytes}`,
        `mapped ${arena.mappedBytes}`,
        `segments ${arena.segmentCount}`,
        `fill ${arena.fillRatio.toFixed(3)}`,
      ].join(", "),
    );
    reply.verbatim("txt", `shadis-arena\n${lines.join("\n")}\n`);
  },
};

const purge: CommandDeclaration = {
  ...common,
  name: "purge",
  summary: "Gives unused memory back to the system.",
  complexity: "Depends on how much memory is allocated, could be slow",
  syntax: [],
  tips: ["request_policy:all_shards", "response_policy:all_succeeded"],
  run({ reply, server }) {
    server.purge();
    reply.ok();
  },
};

const stats: CommandDeclaration = {
  ...common,
  name: "stats",
  summary: "Shows how much memory is used for what.",
  complexity: "O(1)",
  syntax: [],
  run: replyMemoryStats,
};

const usage: CommandDeclaration = {
  ...common,
  name: "usage",
  summary: "Estimates the bytes that a key and its value take.",
  complexity: "O(N) where N is the number of samples.",
  flags: ["readonly"],
  tips: [],
  syntax: [key("RO"), optional(after("SAMPLES", integer("count", "count")))],
  run({ args, keyspace, reply }) {
    let count = USAGE_SAMPLES;
    for (let i = 3; i < args.count; i += 2) {
      if (!args.is(i, "samples") || i + 1 >= args.count) return reply.error(errors.syntax);
      const samples = args.bigInteger(i + 1);
      if (samples === undefined) return reply.error(errors.notAnInteger);
      if (samples < 0n) return reply.error(errors.syntax);
      count = Number(samples);
    }
    const entry = keyspace.peek(args, 2);
    if (entry === undefined) return reply.null();
    reply.int(entryBytes(entry, count));
  },
};

const help = helpCommand({
  container: "memory",
  since: "4.0.0",
  lines: [
    "DOCTOR",
    "    Report on memory in sentences, with advice.",
    "MALLOC-STATS",
    "    Show figures of the memory arenas.",
    "PURGE",
    "    Give unused memory back to the system.",
    "STATS",
    "    Show how much memory is used for what.",
    "USAGE <key> [SAMPLES <count>]",
    "    Estimate the bytes that a key and its value take, by <count> samples of nested",
    "    values (default: 5, 0: all).",
  ],
});

export const memory = defineCommand({
  name: "memory",
  summary: "Shows what takes how much memory.",
  since: "4.0.0",
  group: "server",
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [doctor, help, mallocStats, purge, stats, usage],
});

type Figure = readonly [name: string, value: number, kind?: "double"];

function replyMemoryStats({ reply, server }: CommandContext): void {
  const figures = memoryFigures(server);
  const { usedBytes, peakBytes, residentBytes, arenaBytes, arenaPageBytes, keyCount } = figures;
  const before: readonly Figure[] = [
    ["peak.allocated", peakBytes],
    ["total.allocated", usedBytes],
    ["startup.allocated", figures.startupBytes],
    ["replication.backlog", 0],
    ["clients.slaves", 0],
    ["clients.normal", figures.clientBytes],
    ["cluster.links", 0],
    ["aof.buffer", 0],
    ["lua.caches", server.scripting.figures.cachedBytes],
    ["functions.caches", server.scripting.figures.functionBytes],
  ];
  const after: readonly Figure[] = [
    ["overhead.total", figures.overheadBytes],
    ["keys.count", keyCount],
    ["keys.bytes-per-key", Math.floor(ratio(usedBytes - figures.startupBytes, keyCount))],
    ["dataset.bytes", figures.datasetBytes],
    ["dataset.percentage", ratio(figures.datasetBytes, usedBytes - figures.startupBytes) * 100, "double"],
    ["peak.percentage", ratio(usedBytes, peakBytes) * 100, "double"],
    ["allocator.allocated", arenaBytes],
    ["allocator.active", arenaPageBytes],
    ["allocator.resident", arenaPageBytes],
    ["allocator-fragmentation.ratio", ratio(arenaPageBytes, arenaBytes), "double"],
    ["allocator-fragmentation.bytes", arenaPageBytes - arenaBytes],
    ["allocator-rss.ratio", arenaPageBytes === 0 ? 0 : 1, "double"],
    ["allocator-rss.bytes", 0],
    ["rss-overhead.ratio", ratio(residentBytes, arenaPageBytes), "double"],
    ["rss-overhead.bytes", residentBytes - arenaPageBytes],
    ["fragmentation", ratio(residentBytes, usedBytes), "double"],
    ["fragmentation.bytes", residentBytes - usedBytes],
  ];
  const used: number[] = [];
  for (let db = 0; db < server.config.databases; db++) {
    if (server.everything.size(db) > 0) used.push(db);
  }

  reply.map(before.length + used.length + after.length);
  for (const figure of before) writeFigure(reply, figure);
  for (const db of used) {
    const { mainBytes, expiresBytes } = databaseOverhead(server.everything, db);
    reply.bulkText(`db.${db}`);
    reply.map(3);
    writeFigure(reply, ["overhead.hashtable.main", mainBytes]);
    writeFigure(reply, ["overhead.hashtable.expires", expiresBytes]);
    writeFigure(reply, ["overhead.hashtable.slot-to-keys", 0]);
  }
  for (const figure of after) writeFigure(reply, figure);
}

function writeFigure(reply: CommandContext["reply"], [name, value, kind]: Figure): void {
  reply.bulkText(name);
  if (kind === "double") reply.double(value);
  else reply.int(value);
}
