// Snapshot parts: what npm run bench:snapshot measures, in order. A part that loads follows the one that makes its file.

export const snapshotGroups = {
  making: "While a file is made, under SETs at full rate",
  loading: "Loading",
  logging: "Writes with an append-only file",
} as const;

export const everysecPart = "SET P=16, everysec";
export const alwaysPart = "SET, 50 clients, always";
/** The same where each sync takes so many ms longer (slow-sync.mjs): what a server makes of a disk that is slower than itself. */
export const slowAlwaysParts: ReadonlyMap<string, number> = new Map([
  ["SET, 50 clients, always, syncs of 4 ms", 4],
  ["SET, 50 clients, always, syncs of 10 ms", 10],
]);

/** `option` is what the command line calls a part. */
export const snapshotParts: readonly {
  readonly option: string;
  readonly name: string;
  readonly group: string;
}[] = [
  { option: "bgsave", name: "BGSAVE", group: snapshotGroups.making },
  { option: "load-rdb", name: "dump.rdb", group: snapshotGroups.loading },
  { option: "rewrite", name: "BGREWRITEAOF", group: snapshotGroups.making },
  { option: "load-log", name: "append-only file", group: snapshotGroups.loading },
  { option: "everysec", name: everysecPart, group: snapshotGroups.logging },
  { option: "always", name: alwaysPart, group: snapshotGroups.logging },
  ...[...slowAlwaysParts].map(([name, ms]) => ({
    option: `always-${ms}`,
    name,
    group: snapshotGroups.logging,
  })),
];
