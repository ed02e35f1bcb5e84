// Check file: what a snapshot or an append-only log holds, and where it is damaged, for a person.
//
// Every key and value is read as if it were to be loaded, and nothing is kept. Memory is bounded by the largest value.

import type { BlockingFiles } from "../env/files.ts";
import { faultTexts } from "../env/files.ts";
import { ByteSource } from "../persistence/byte-source.ts";
import { Loader } from "../persistence/loader.ts";
import { type Checked, checkManifest, checkRequests } from "./check-log.ts";

const ITEMS_AT_ONCE = 1024;
const STAR = 42;
const HASH = 35;

/** What values of an RDB type are called. */
const names: readonly (readonly [name: string, rdbTypes: readonly number[]])[] = [
  ["strings", [0]],
  ["lists", [1, 10, 14, 18]],
  ["sets", [2, 11, 20]],
  ["sorted sets", [3, 5, 12, 17]],
  ["hashes", [4, 9, 13, 16, 24, 25]],
  ["streams", [15, 19, 21]],
];

type Database = { keys: number; expiring: number };

/** A report in lines, and whether the file is whole. */
export function checkFile(files: BlockingFiles, path: string): Checked {
  if (path.endsWith(".manifest")) return checkManifest(files, path, (each) => checkFile(files, each));
  const opened = files.open(path, "read");
  if (!opened.ok) return { text: `${path}: ${faultTexts[opened.fault]}\n`, isWhole: false };
  const file = opened.value;
  const databases = new Map<number, Database>();
  const kinds = new Map<string, number>();
  const source = new ByteSource(file.sizeBytes, (offset, target, start, end) => {
    const read = file.readAt(offset, target, start, end);
    return read.ok ? read.value : undefined;
  });
  if (isLog(path, source)) {
    const { lines, isWhole } = checkRequests(source);
    file.close();
    return { text: `${[`${path}: ${file.sizeBytes} bytes of requests`, ...lines].join("\n")}\n`, isWhole };
  }
  const loader = new Loader({
    source,
    keyspace: undefined,
    databases: Number.POSITIVE_INFINITY,
    nowMs: 0, // Keys whose time is over are in the file all the same.
    isMerging: false,
    isChecked: true,
    loadLibrary: () => undefined,
    onKey(db, rdbType, expireAtMs) {
      const database = databases.get(db) ?? { keys: 0, expiring: 0 };
      database.keys++;
      if (expireAtMs !== 0) database.expiring++;
      databases.set(db, database);
      const name = names.find(([, types]) => types.includes(rdbType))?.[0] ?? "others";
      kinds.set(name, (kinds.get(name) ?? 0) + 1);
    },
  });
  while (loader.loadSome(ITEMS_AT_ONCE) === "more");
  const behind = loader.failure === undefined && source.leftBytes > 0 ? checkRequests(source) : undefined;
  file.close();

  const lines = [
    `${path}: ${file.sizeBytes} bytes${loader.version === 0 ? "" : `, format version ${loader.version}`}`,
  ];
  for (const [name, value] of loader.aux) lines.push(`  ${name}: ${JSON.stringify(value)}`);
  if (loader.librariesLoaded > 0) lines.push(`  libraries of functions: ${loader.librariesLoaded}`);
  for (const [db, { keys, expiring }] of databases) {
    lines.push(`  database ${db}: ${keys} keys, ${expiring} with an expiry`);
  }
  const told = names.flatMap(([name]) => (kinds.has(name) ? [`${kinds.get(name)} ${name}`] : []));
  if (told.length > 0) lines.push(`  ${told.join(", ")}`);
  const { failure } = loader;
  if (behind !== undefined) lines.push("  behind the snapshot:", ...behind.lines);
  else if (failure === undefined) lines.push("It is whole: every key and value can be read.");
  else
    lines.push(
      `Damaged at byte ${failure.offset}: ${failure.reason}. Before it ${loader.keysLoaded} keys can be read.`,
    );
  return { text: `${lines.join("\n")}\n`, isWhole: failure === undefined && behind?.isWhole !== false };
}

// An increment may be empty, and is a log by its name then.
function isLog(path: string, source: ByteSource): boolean {
  if (source.sizeBytes === 0) return path.endsWith(".aof");
  return source.need(0, 1) && (source.window[0] === STAR || source.window[0] === HASH);
}
