// Cases for stock.test.ts: what is said to a stock Redis and to this folder, so that the answers can be compared.
//
// Role: data for tests alone. No answers stand here: a stock server gives them.

const numericCases = [
  "",
  "0",
  "1",
  "-1",
  "-2",
  "01",
  "-0",
  "+1",
  " 1",
  "1 ",
  "x",
  "1.5",
  "0x10",
  "16",
  "99",
  "101",
  "600",
];
const bigCases = [
  "2147483648",
  "4294967296",
  "9223372036854775807",
  "9223372036854775808",
  "18446744073709551616",
];
const memoryCases = [
  "1b",
  "1K",
  "2kb",
  "3m",
  "4Mb",
  "1g",
  "1gb",
  "1tb",
  "kb",
  "5%",
  "101%",
  "-5%",
  "%",
  "1 kb",
  "18446744073gb",
];

/** Each case is one CONFIG SET; after it, the values of its names are compared too. */
export const setCases: readonly (readonly string[])[] = [
  ["nosuch", "1"],
  ["MAXMEMORY", "1x"],
  ["databases", "3"],
  ["DATABASES", "3"],
  ["dbfilename", "x"],
  ["Dir", "x"],
  ["nosuch", "1", "databases", "3"],
  ["databases", "3", "nosuch", "1"],
  ["dbfilename", "x", "databases", "4"],
  ["maxmemory", "1x", "nosuch", "1"],
  ["maxmemory", "10mb", "maxmemory", "20mb"],
  ["maxmemory", "10mb", "MaxMemory", "20mb"],
  ["maxmemory", "10mb", "timeout", "x"],
  ["hash-max-listpack-entries", "1", "hash-max-ziplist-entries", "2"],
  ["HASH-max-ziplist-entries", "x"],
  ["hash-max-ziplist-entries", "7"],
  ...["ALLKEYS-LRU", "foo", "", "noeviction "].map((v) => ["maxmemory-policy", v]),
  ...["debug", "nothing", "NOTICE"].map((v) => ["loglevel", v]),
  ...["YES", "no", "1", "true", ""].map((v) => ["lazyfree-lazy-expire", v]),
  ...numericCases.map((v) => ["timeout", v]),
  ...bigCases.map((v) => ["timeout", v]),
  ...[...numericCases, ...bigCases].map((v) => ["slowlog-log-slower-than", v]),
  ...[...numericCases, ...bigCases].map((v) => ["hash-max-listpack-entries", v]),
  ...[...numericCases, "-2147483648", "-2147483649"].map((v) => ["list-max-listpack-size", v]),
  ...numericCases.map((v) => ["hz", v]),
  ...numericCases.map((v) => ["active-expire-effort", v]),
  ...[...numericCases, ...bigCases, ...memoryCases].map((v) => ["maxmemory-clients", v]),
  ...[...numericCases, ...bigCases, ...memoryCases].map((v) => ["hash-max-listpack-value", v]),
  ...[...numericCases, ...bigCases, ...memoryCases].map((v) => ["auto-aof-rewrite-min-size", v]),
  ...[...numericCases, ...bigCases, ...memoryCases].map((v) => ["cluster-link-sendbuf-limit", v]),
  ...[...numericCases, ...bigCases, ...memoryCases].map((v) => ["proto-max-bulk-len", v]),
  ...[...numericCases, ...memoryCases].map((v) => ["active-defrag-ignore-bytes", v]),
  ["proto-max-bulk-len", "512mb"], // Before anything longer is sent.
  ...[
    "900 1 300 10",
    "900",
    "0 1",
    "1 -1",
    "1 0",
    "",
    "+5 1",
    "  5   1  ",
    '"5" 1',
    "5 ",
    "5 99999999999",
    "x 1",
  ].map((v) => ["save", v]),
  ...[
    "normal 1mb 2k 3",
    "slave 1 2 3 pubsub 4 5 6",
    "replica 1 2 9",
    "master 1 2 9",
    "",
    "normal 1 2",
    "normal 1 2 x",
    "normal 1 2 -1",
    "NORMAL -1 2 1",
    "normal 1 2 3 normal 7 8 9",
    "normal 1  2 3",
    "normal kb 2 ",
    "pubsub 1 2 99999999999",
    "other 1 2 3",
  ].map((v) => ["client-output-buffer-limit", v]),
  ...[
    "KEA",
    "Kx",
    "Ex$",
    "AKEmn",
    "Kg$lshzxetd",
    "g n",
    "z!",
    "",
    "Kn",
    "mnK",
    "An",
    "nmdtexzhslg$EK",
    "tdm",
    "a",
  ].map((v) => ["notify-keyspace-events", v]),
  ...[
    "50 99.99 100",
    "",
    "x",
    "101",
    "-1",
    "99.1234567 1e1 0x10",
    "inf",
    "nan",
    "-0.5",
    "0",
    "1.50",
    ".5 5.",
    "1  2",
  ].map((v) => ["latency-tracking-info-percentiles", v]),
  ...["1 2", "1 2 3", "1 2 3000", "1 2 x", "-2000 0 +5", "", "1  2"].map((v) => ["oom-score-adj-values", v]),
  ...["yes", "relative", "absolute", "x", "no"].map((v) => ["oom-score-adj", v]),
  ...["now force", "save nosave", "default save", "x", "", "force NOW nosave", "default"].map((v) => [
    "shutdown-on-sigterm",
    v,
  ]),
  ...["{foo}", "{title", "abc", "", "{title}", "{title} {port}", "{{x}", "{}", "{server-mode}", " "].map(
    (v) => ["proc-title-template", v],
  ),
  ...["a_b", "x".repeat(256), "a.b-c", ""].map((v) => ["cluster-announce-hostname", v]),
  ...["0", "1", "1mb", "x"].map((v) => ["repl-backlog-size", v]),
  ["bind", Array(17).fill("127.0.0.1").join(" ")],
  ["masterauth", 'a"b\n\x01\xe9'],
  ["tls-port", "x"],
  ["tls-port", "65536"],
  ["tls-cluster", "maybe"],
];

export const rewrittenFile = `# head comment


  Timeout 0
maxmemory 100mb
hash-max-ziplist-entries 99
slave-priority 50
client-output-buffer-limit normal 1mb 0 5
appendonly no
tcp-keepalive 5
tcp-keepalive 6
save 900 1
save 300 10
notify-keyspace-events "KEA"
unixsocketperm 700
list-max-ziplist-entries 5
syslog-ident "x y"
latency-tracking-info-percentiles "50 99"
shutdown-on-sigterm "now force"
loglevel   notice
oom-score-adj-values 0 200 800


# tail
`;

export const badFiles: readonly string[] = [
  "foo bar",
  "timeout 5\nport",
  "timeout 5\n  Databases   4 5  ",
  "\n# x\ntimeout 'a'b",
  'timeout "5',
  "save 3",
  'save "60"',
  "SAVE 60 x",
  "maxmemory 1x",
  "loglevel foo",
  "io-threads-do-reads maybe",
  "lua-replicate-commands",
  "list-max-ziplist-entries 3\nlua-replicate-commands no\ntimeout -1",
  "appendfilename a/b",
  "appenddirname a/b",
  "unixsocketperm 999",
  "unixsocketperm 1000",
  "databases 0",
  "io-threads 200",
  "tcp-backlog -1",
  "enable-debug-command foo",
  "supervised x",
  "syslog-facility x",
  "socket-mark-id -5",
  "cluster-port 70000",
  "replicaof a",
  "replicaof a 70000",
  "foo.bar",
  "sentinel x y",
  "user",
  "rename-command get",
  "include",
  "shutdown-on-sigterm",
  "dbfilename a/b",
  'appendfilename ""',
  'appenddirname ""',
  "proc-title-template {title}",
];

export const goodFiles: readonly string[] = [
  'dbfilename ""\ncluster-config-file ""',
  "save",
  "save 60 1\nsave 5 5",
  'save 60 1\nsave ""\nsave 1 1 2 2\nsave "3 3 4 4"',
  "client-output-buffer-limit",
  'client-output-buffer-limit "slave 1 2 3"\nclient-output-buffer-limit pubsub 4kb 5mb 6',
  "timeout 3\r\nHZ '100000'\r\n",
  '"timeout" 44\nslave-priority 7\nreplica-priority 8',
  "unixsocketperm 0700\nnotify-keyspace-events gK",
  "masterauth \"a\\x41\\n\\\"b\"\nmasteruser 'it\\'s'",
  "shutdown-on-sigint save force",
  "latency-tracking-info-percentiles 1 2.50",
];

export const commandLines: readonly (readonly string[])[] = [
  ["--foo", "bar"],
  ["--port"],
  ["--port", "abc"],
  ["--timeout", "1", "--port", "2", "3"],
  ["--maxmemory", '1mb"'],
  ["--timeout 5", "--loglevel", "foo"],
  ["--timeout", "--hz", "20"],
  ["-x"],
  ["--maxmemory", "1mb --hz 30"],
];
