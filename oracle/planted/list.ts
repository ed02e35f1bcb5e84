// Planted errors: wrong behaviours that the oracle run must find, so that a quiet run means something.
//
// Role: data. Each is one replacement of text in one file, made while the file is loaded by a process of its own; the
// tree is never touched. list.test.ts checks that each text stands exactly once where it is looked for: whoever
// changes that line gives the error a new place.

export type Planted = {
  readonly id: string;
  /** What a client would see. */
  readonly wrong: string;
  readonly path: string;
  readonly find: string;
  readonly replace: string;
};

export const planted: readonly Planted[] = [
  {
    id: "getrange-end",
    wrong: "GETRANGE leaves out the byte at its end",
    path: "src/commands/string/getrange.ts",
    find: "entry.valueStart + to + 1)",
    replace: "entry.valueStart + to)",
  },
  {
    id: "getrange-check-order",
    wrong: "GETRANGE looks the key up before it checks its numbers",
    path: "src/commands/string/getrange.ts",
    find: "if (Number.isNaN(start) || Number.isNaN(end)) return",
    replace: "if (keyspace.peek(args, 1) !== undefined && (Number.isNaN(start) || Number.isNaN(end))) return",
  },
  {
    id: "set-keeps-ttl",
    wrong: "SET does not clear the expiry",
    path: "src/commands/string/set.ts",
    find: "args.end(2), NO_EXPIRY);",
    replace: "args.end(2), KEEP_EXPIRY);",
  },
  {
    id: "set-loses-keepttl",
    wrong: "SET KEEPTTL clears the expiry",
    path: "src/commands/string/set.ts",
    find: "keepsTtl ? KEEP_EXPIRY : NO_EXPIRY",
    replace: "NO_EXPIRY",
  },
  {
    id: "set-loses-nx",
    wrong: "SET NX overwrites",
    path: "src/commands/string/set.ts",
    find: "condition !== 2) condition = 1;",
    replace: "condition !== 2) condition = 0;",
  },
  {
    id: "incr-drops-ttl",
    wrong: "INCR clears the expiry",
    path: "src/commands/string/incrby.ts",
    find: "digits, end, ENCODING_INT, KEEP_EXPIRY",
    replace: "digits, end, ENCODING_INT, NO_EXPIRY",
  },
  {
    id: "incr-through-doubles",
    wrong: "INCRBY rounds large numbers to doubles",
    path: "src/commands/string/incrby.ts",
    find: "const sum = before + amount;\n  if (!isInt64(sum))",
    replace: "const sum = BigInt(Number(before + amount));\n  if (!isInt64(sum))",
  },
  {
    id: "append-old-length",
    wrong: "APPEND answers with the length before",
    path: "src/commands/string/append.ts",
    find: "reply.int(before + added);",
    replace: "reply.int(before);",
  },
  {
    id: "getex-persist",
    wrong: "GETEX PERSIST does nothing",
    path: "src/commands/string/getex.ts",
    find: "} else if (isPersist && entry.hasExpiry) {",
    replace: "} else if (isPersist && entry.hasExpiry && entry.valueLength > 1e9) {",
  },
  {
    id: "getdel-keeps",
    wrong: "GETDEL leaves the key when its value is empty",
    path: "src/commands/string/getdel.ts",
    find: "keyspace.removeEntry(entry);",
    replace: "if (entry.valueLength > 0) keyspace.removeEntry(entry);",
  },
  {
    id: "mget-order",
    wrong: "MGET over several shards answers in another order",
    path: "src/commands/string/mget.ts",
    find: "const entry = keyspace.read(args, i);",
    replace: "const entry = keyspace.read(args, keyspace.databases.length > 1 ? args.count - i : i);",
  },
  {
    id: "setbit-new",
    wrong: "SETBIT answers with the new bit",
    path: "src/commands/bitmap/setbit.ts",
    find: "reply.int(before);",
    replace: "reply.int(bit);",
  },
  {
    id: "bitcount-end",
    wrong: "BITCOUNT leaves out the byte at its end",
    path: "src/commands/bitmap/bitcount.ts",
    find: "entry.valueStart + to + 1));",
    replace: "entry.valueStart + to));",
  },
  {
    id: "rename-leaves-source",
    wrong: "RENAME to a free name leaves the source behind",
    path: "src/commands/generic/rename.ts",
    find: "const settling = { isTaken: false, isMove: true }",
    replace: "const settling = { isTaken: false, isMove: false }",
  },
  {
    id: "copy-loses-ttl",
    wrong: "COPY does not copy the expiry",
    path: "src/commands/generic/copy.ts",
    find: "transfer(source, keyspace.second, options, args.bytes, args.start(2), args.end(2));",
    replace:
      "transfer(source, keyspace.second, options, args.bytes, args.start(2), args.end(2)); keyspace.setExpiry(keyspace.second, 0);",
  },
  {
    id: "move-overwrites-nothing",
    wrong: "MOVE answers 1 although the other database has the key",
    path: "src/commands/generic/move.ts",
    find: "if (keyspace.write(args, 1, keyspace.second, db) !== undefined) return reply.int(0);",
    replace: "if (keyspace.write(args, 1, keyspace.second, db) !== undefined) return reply.int(1);",
  },
  {
    id: "expire-gt-equal",
    wrong: "EXPIRE GT takes a time that is not greater",
    path: "src/commands/generic/expire.ts",
    find: "(!hasExpiry || atMs <= currentMs)",
    replace: "(!hasExpiry || atMs < currentMs)",
  },
  {
    id: "ttl-rounds-down",
    wrong: "TTL rounds down",
    path: "src/commands/generic/ttl.ts",
    find: "Math.floor((ms + 500) / 1000)",
    replace: "Math.floor(ms / 1000)",
  },
  {
    id: "restore-absttl",
    wrong: "RESTORE takes an absolute time for a relative one",
    path: "src/commands/generic/restore.ts",
    find: "options.isAbsolute ? 0 : keyspace.nowMs",
    replace: "keyspace.nowMs",
  },
  {
    id: "exists-once",
    wrong: "EXISTS counts a repeated key once",
    path: "src/commands/generic/exists.ts",
    find: "if (keyspace.inspect(args, i) !== undefined) found++;",
    replace:
      "if (keyspace.inspect(args, i) !== undefined && (i === 1 || args.text(i) !== args.text(i - 1))) found++;",
  },
  {
    id: "flushdb-zero",
    wrong: "FLUSHDB empties database 0",
    path: "src/commands/server/flush.ts",
    find: "server.everything.flush(client.db);",
    replace: "server.everything.flush(0);",
  },
  {
    id: "reset-keeps-db",
    wrong: "RESET leaves the selected database",
    path: "src/commands/connection/reset.ts",
    find: "client.db = 0;",
    replace: "",
  },
  {
    id: "embstr-limit",
    wrong: "a string of 44 bytes is said to be raw",
    path: "src/keyspace/string-encoding.ts",
    find: "EMBSTR_BYTES_MAX = 44",
    replace: "EMBSTR_BYTES_MAX = 43",
  },
  {
    id: "expires-late",
    wrong: "a key is still there in the millisecond in which it expires",
    path: "src/keyspace/databases.ts",
    find: "if (view.hasExpiry && this.expiryOf(ref) <= this.nowMs) {",
    replace: "if (view.hasExpiry && this.expiryOf(ref) < this.nowMs) {",
  },
  {
    id: "expires-early",
    wrong: "the expiry cycle removes keys up to a second too early",
    path: "src/keyspace/databases.ts",
    find: "while (count < countMax && index.nextMs <= this.nowMs) {",
    replace: "while (count < countMax && index.nextMs <= this.nowMs + 1000) {",
  },
  {
    id: "scan-shows-expired",
    wrong: "SCAN and KEYS give keys whose time is over",
    path: "src/keyspace/keyspace.ts",
    find: "if (!owner.isOver(view)) visit(view);",
    replace: "visit(view);",
  },
  {
    id: "scan-skips-bucket",
    wrong: "SCAN skips the first bucket of each call but the first",
    path: "src/store/dict.ts",
    find: "if (itsHome >= home && itsHome < until) {",
    replace: "if (itsHome >= home && itsHome < until && (home === 0 || itsHome > home || until === SLOTS)) {",
  },
  {
    id: "zadd-minus-zero",
    wrong: "ZADD loses the sign of a zero",
    path: "src/commands/sorted-set/zadd.ts",
    find: "const score = readScore(args, i) as number;",
    replace: "const score = (readScore(args, i) as number) + 0;",
  },
  {
    id: "zadd-loses-nx",
    wrong: "ZADD NX changes scores",
    path: "src/commands/sorted-set/zadd.ts",
    find: "if ((options & NX) !== 0) return false;",
    replace: "if ((options & NX) !== 0) return true;",
  },
  {
    id: "zinter-min-max",
    wrong: "AGGREGATE MIN takes the larger score",
    path: "src/commands/sorted-set/set-operation.ts",
    find: "return b < a ? b : a;",
    replace: "return b > a ? b : a;",
  },
  {
    id: "linsert-side",
    wrong: "LINSERT BEFORE inserts behind, and AFTER before",
    path: "src/commands/list/linsert.ts",
    find: "list.insert(args, 4, after);",
    replace: "list.insert(args, 4, !after);",
  },
  {
    id: "lpos-rank",
    wrong: "LPOS skips one match too many",
    path: "src/commands/list/lpos.ts",
    find: "--skipped < 0",
    replace: "skipped-- < 0",
  },
  {
    id: "lrem-from-tail",
    wrong: "LREM with a negative count removes from the head",
    path: "src/commands/list/lrem.ts",
    find: "count < 0 ? removeFromTail(list, -count)",
    replace: "count < 0 ? removeFromHead(list, -count)",
  },
  {
    id: "smove-keeps-source",
    wrong: "SMOVE leaves the member in its source",
    path: "src/commands/set/smove.ts",
    find: "if (!from.remove(args, 3)) return",
    replace: "if (!from.has(args, 3)) return",
  },
  {
    id: "xack-keeps-pending",
    wrong: "XACK counts an entry and leaves it pending",
    path: "src/commands/stream/xack.ts",
    find: "groups.settle(id);",
    replace: "",
  },
  {
    id: "exec-ignores-watch",
    wrong: "EXEC runs although a watched key was changed",
    path: "src/commands/transactions/exec.ts",
    find: "!transaction.isRefused && !transaction.hasChanged",
    replace: "!transaction.isRefused",
  },
];
