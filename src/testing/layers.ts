// Layers: which part of the repository may import which, as data.
//
// Role: layers.test.ts holds every import against these rows; readme.ts draws them as the table of src/README.md,
// and readme.test.ts fails when that table is not the present one.
// Invariant: dependencies point one way, so the rows of src form no cycle.

// What the composition root and the simulator put together: all of src but the real ports.
export const parts = [
  "src/lib",
  "src/env",
  "src/resp",
  "src/store",
  "src/crdt",
  "src/gossip",
  "src/config",
  "src/keyspace",
  "src/commands",
  "src/acl",
  "src/scripting",
  "src/shard",
  "src/persistence",
  "src/connection",
  "src/replication",
  "src/mirror",
] as const;

// Which part of the repository may import which. Dependencies point one way: a row names the rows, or single
// files, that it may import; its own row is always allowed. A file belongs to the longest row that its path
// begins with. Test files may import anything inside the repository.
export const layerRows: Readonly<Record<string, readonly string[]>> = {
  "src/lib": [],
  "src/env": ["src/lib"],
  "src/env/real": ["src/lib", "src/env"],
  "src/resp": ["src/lib"],
  "src/store": ["src/lib"],
  "src/crdt": ["src/lib"],
  "src/gossip": ["src/lib"],
  "src/config": ["src/lib"],
  "src/keyspace": ["src/lib", "src/store", "src/crdt", "src/resp/args.ts"],
  "src/commands": [
    "src/lib",
    "src/resp",
    "src/crdt",
    "src/keyspace",
    "src/config",
    "src/store/entry.ts", // Type and encoding codes, and offsets.
    "src/store/element.ts", // An element's type: what views hand out.
    "src/persistence/dump-payload.ts", // The codec alone: DUMP and RESTORE are commands.
    "src/persistence/byte-sink.ts",
  ],
  "src/acl": ["src/lib", "src/resp", "src/commands", "src/config/split-arguments.ts"],
  "src/scripting": [
    "src/lib",
    "src/resp",
    "src/commands",
    "src/persistence/rdb-string.ts", // FUNCTION DUMP's payload.
    "src/persistence/byte-sink.ts",
  ],
  "src/shard": [
    "src/lib",
    "src/store",
    "src/resp",
    "src/crdt",
    "src/keyspace",
    "src/commands",
    "src/scripting",
  ],
  "src/persistence": ["src/lib", "src/resp", "src/store", "src/keyspace", "src/config/split-arguments.ts"],
  "src/connection": [
    "src/lib",
    "src/env", // Interfaces: a client is a stream's events.
    "src/store", // The hash seed's type.
    "src/resp",
    "src/acl",
    "src/commands",
    "src/shard",
    "src/config",
    "src/keyspace",
  ],
  "src/replication": ["src/lib", "src/crdt", "src/gossip"],
  "src/mirror": ["src/lib", "src/env", "src/resp", "src/commands", "oracle"],
  "src/server": parts, // Of src/env the interfaces only: src/env/real is a row of its own.
  "src/main.ts": ["src/server", "src/env", "src/env/real", "src/config", "src/lib", "oracle/shadow"],
  "src/testing": ["*"],
  oracle: ["src/resp"], // Nothing else, so as not to share a bug with the server it judges.
  // The programs around the oracle: a server in process, one over TCP, and who draws the calls.
  "oracle/run": ["oracle", "src/testing", "src/env/observer.ts", "compat", "compat/generator"],
  "oracle/shadow": ["oracle", "src/env/observer.ts"], // Beside a live server: it hears what the server tells.
  sim: [...parts, "src/server", "oracle", "compat/generator"], // The production code, over ports of its own.
  compat: ["compat/generator"], // Over the wire: nothing of src.
  "compat/durability": ["compat", "compat/generator", "src/testing/damage.ts"], // Damage is the same for all tests.
  "compat/generator": ["compat", "src/commands"],
  bench: [],
  "bench/micro": ["bench", "src/store", "src/resp", "src/crdt"],
};

/** The longest row that `path` begins with, or undefined. */
export function rowOf(path: string): string | undefined {
  return Object.keys(layerRows)
    .filter((row) => path === row || path.startsWith(`${row}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** The rows as a Markdown table, paths relative to src. */
export function layerTable(): string {
  const lines = ["| part | may import |", "| --- | --- |"];
  for (const [row, allowed] of Object.entries(layerRows)) {
    const hasParts = parts.every((part) => allowed.includes(part));
    const rest = hasParts ? allowed.filter((name) => !parts.some((part) => part === name)) : allowed;
    const names = rest.map((name) => (name === "*" ? "everything" : shown(name)));
    if (hasParts) names.unshift("all parts*");
    lines.push(`| ${shown(row)} | ${names.join(", ") || "nothing"} |`);
  }
  const first = shown(parts[0]);
  const last = shown(parts[parts.length - 1] ?? "");
  lines.push("", `\\* the ${parts.length} rows from ${first} to ${last}, without ${shown("src/env/real")}.`);
  return lines.join("\n");
}

function shown(path: string): string {
  return path.startsWith("src/") ? `\`${path.slice(4)}\`` : `\`../${path}\``;
}
