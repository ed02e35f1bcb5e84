// Directives about snapshots and the append-only log. See directive.ts for the vocabulary.

import { accepted, bool, choice, type Directive, int, int32Max, memory, special, text } from "./directive.ts";

const noDelay = accepted("loading and saving are not slowed down");

export const persistenceDirectives: readonly Directive[] = [
  special("save", "save-points", "3600 1 300 100 60 10000"),
  special("dir", "directory", ".", { protected: true }),
  text("dbfilename", "dump.rdb", { protected: true, check: checkDumpName }),
  bool("rdbcompression", "yes"),
  bool("rdbchecksum", "yes", { startOnly: true }),
  bool("rdb-save-incremental-fsync", "yes"),
  bool("rdb-del-sync-files", "no", { standing: accepted("there is no replication yet") }),
  bool("stop-writes-on-bgsave-error", "yes"),
  choice("sanitize-dump-payload", ["no", "yes", "clients"], "no", {
    standing: accepted("payloads are always checked as they are read"),
  }),

  bool("appendonly", "no"),
  text("appendfilename", "appendonly.aof", {
    startOnly: true,
    check: baseName("appendfilename", "filename"),
  }),
  text("appenddirname", "appendonlydir", {
    startOnly: true,
    check: baseName("appenddirname", "dirname"),
  }),
  choice("appendfsync", ["everysec", "always", "no"], "everysec"),
  bool("no-appendfsync-on-rewrite", "no"),
  int("auto-aof-rewrite-percentage", 0, int32Max, 100),
  memory("auto-aof-rewrite-min-size", 67108864, { isSigned: true }),
  bool("aof-load-truncated", "yes"),
  bool("aof-use-rdb-preamble", "yes"),
  bool("aof-timestamp-enabled", "no"),
  bool("aof-rewrite-incremental-fsync", "yes"),
  bool("aof-disable-auto-gc", "no"),

  int("rdb-key-save-delay", -int32Max - 1n, int32Max, 0, { hidden: true, standing: noDelay }),
  int("key-load-delay", -int32Max - 1n, int32Max, 0, { hidden: true, standing: noDelay }),
  int("loading-process-events-interval-bytes", 1024, int32Max, 2 * 1024 * 1024, {
    hidden: true,
    standing: accepted("loading is interrupted by time, not by bytes"),
  }),
];

// Redis 7.0 lets this one be empty.
function checkDumpName(value: string): string | undefined {
  return value === "" ? undefined : baseName("dbfilename", "filename")(value);
}

function baseName(name: string, what: string): (value: string) => string | undefined {
  return (value) => {
    if (value === "") return `${name} can't be empty`;
    return /[/\\]/.test(value) ? `${name} can't be a path, just a ${what}` : undefined;
  };
}
