import { testStories } from "../../testing/stock-stories.ts";

// No reply here depends on the time.
const far = "4102444800"; // 2100-01-01
const max = "9223372036854775807";
const min = "-9223372036854775808";
const wrongIntegers = [
  "x",
  '""',
  "1.5",
  "\\x201",
  "01",
  "+1",
  "-0",
  "9223372036854775808",
  "-9223372036854775809",
];
const indexes = ["0", "1", "4", "5", "99", "-1", "-5", "-6", "-99", "9007199254740993", max, min];

const stories: Readonly<Record<string, readonly string[]>> = {
  "integers, to the ends of 64 bits": [
    ...["INCR a", "INCR a", "DECR a", "INCRBY a 40", "DECRBY a -7", "GET a", "OBJECT ENCODING a"],
    ...wrongIntegers.flatMap((wrong) => [`INCRBY a ${wrong}`, `DECRBY a ${wrong}`]),
    ...wrongIntegers.flatMap((wrong) => [`SET b ${wrong}`, "INCR b", "DECRBY b 1"]),
    ...[
      `SET c ${max}`,
      "INCR c",
      "DECR c",
      "INCR c",
      "INCRBY c -1",
      "DECRBY c -2",
      `INCRBY c ${min}`,
      "GET c",
    ],
    ...[
      `SET c ${min}`,
      "DECR c",
      "INCR c",
      "DECR c",
      `DECRBY c ${min}`,
      `INCRBY c ${max}`,
      "OBJECT ENCODING c",
    ],
    ...["SET d 9007199254740991", "INCR d", "INCR d", "DECRBY d 2", "DECRBY d 9007199254740993", "INCR d"],
    ...[
      "DECRBY none x",
      `DECRBY none ${min}`,
      "EXISTS none",
      `SET e 1 EXAT ${far}`,
      "INCR e",
      "EXPIRETIME e",
    ],
    ...["INCR", "INCR a b", "DECRBY a", "INCRBY a 1 2"],
  ],
  "numbers with a fraction": [
    ...["INCRBYFLOAT a 0.1", "INCRBYFLOAT a 0.2", "INCRBYFLOAT a -0.3", "INCRBYFLOAT a 5.0e3", "GET a"],
    ...["OBJECT ENCODING a", "INCR a", "OBJECT ENCODING a", "INCRBYFLOAT a inf", "INCRBYFLOAT a nan"],
    ...["x", '""', "\\x201", "1\\x20", "0x10", "1e400", "1e5000", "-1e-20", "3."].map(
      (by) => `INCRBYFLOAT a ${by}`,
    ),
    ...["x", '""', "\\x201", "1e4000", "inf", "-0"].flatMap((value) => [`SET b ${value}`, "INCRBYFLOAT b 1"]),
    ...[
      `INCRBYFLOAT c ${max}`,
      "INCRBYFLOAT c 1",
      "OBJECT ENCODING c",
      "INCRBYFLOAT d 1e50",
      "OBJECT ENCODING d",
    ],
    ...[`SET e 1 EXAT ${far}`, "INCRBYFLOAT e 1.5", "EXPIRETIME e", "INCRBYFLOAT none x", "EXISTS none"],
  ],
  "several keys": [
    ...[
      "MSET a 1 b 2 a 3",
      "MGET a b none a",
      "MSETNX b 1 c 2",
      "EXISTS c",
      "MSETNX c 1 d 2 c 3",
      "MGET c d",
    ],
    ...["MSET a", "MSET a 1 b", "MSETNX a 1 b", "MGET", `SET e 1 EXAT ${far}`, "MSET e 2", "EXPIRETIME e"],
    ...["SETNX a 9", "SETNX f 9", "SETNX f", "GETSET f 10", "GETSET g 11", "GET g", `SET e 1 EXAT ${far}`],
    ...["GETSET e 2", "EXPIRETIME e", "GETDEL e", "GETDEL e", "STRLEN a", "STRLEN none", "STRLEN a b"],
  ],
  expiry: [
    `SET a v EXAT ${far}`,
    ...["GETEX a", "EXPIRETIME a", "GETEX a PERSIST", "EXPIRETIME a", "GETEX a PERSIST PERSIST"],
    ...[`GETEX a EXAT ${far}`, "EXPIRETIME a", `GETEX a PXAT ${far}999 pxat ${far}123`, "PEXPIRETIME a"],
    ...["EX 0", "EX -1", "PX 0", "EXAT 0", "PXAT -1", `EX ${max}`, `PX ${max}`, `EXAT ${max}`].map(expiring),
    ...["EX x", "EX", "PX 1.5", "NX", "KEEPTTL", "EX 1 PX 1", "PERSIST EX 1", "EX 1 PERSIST"].map(expiring),
    ...["EXAT 1 EX 1", "EX 100 ex 200 EX x", "9", `PXAT ${far}000 EXAT ${far}`].map(expiring),
    ...["GETEX none EX 0", "GETEX none EX x", "GETEX none FOO", "GETEX", "EXPIRETIME a", "GETEX a EXAT 1"],
    ...["EXISTS a", "SET b v", "GETEX b PXAT 1", "EXISTS b"],
    ...["0", "-1", "x", max, "9223372036854775", "9223372036854776", "1.5"].flatMap((ttl) => [
      `SETEX c ${ttl} v`,
      `PSETEX c ${ttl} v`,
    ]),
    ...["EXISTS c", "SETEX c 100 v", "PSETEX c 100000 w", "GET c", "SETEX c 1", "PSETEX c 1 2 3"],
  ],
  "parts of strings": [
    "SET a Hello",
    ...indexes.flatMap((start) => indexes.map((end) => `GETRANGE a ${start} ${end}`)),
    ...["SUBSTR a 1 -2", "GETRANGE none 0 -1", "GETRANGE none x 0", "GETRANGE a 0 x", "GETRANGE a 0"],
    ...['SET b ""', "GETRANGE b 0 -1", "GETRANGE b -1 -1", "GETRANGE b 0 0", "SET n 12345", "GETRANGE n 1 2"],
    ...[
      "APPEND a \\x20world",
      "GET a",
      "APPEND c 12",
      "OBJECT ENCODING c",
      "APPEND c 3",
      "OBJECT ENCODING c",
    ],
    ...["INCR c", "OBJECT ENCODING c", 'APPEND c ""', "OBJECT ENCODING c", 'APPEND d ""', "EXISTS d"],
    ...["SETRANGE a 6 Redis", "GET a", "SETRANGE e 3 x", "GET e", "OBJECT ENCODING e", 'SETRANGE f 5 ""'],
    ...[
      "EXISTS f",
      'SETRANGE n 99 ""',
      "OBJECT ENCODING n",
      'SETRANGE n 536870912 ""',
      "SETRANGE n 0 9",
      "GET n",
    ],
    ...["-1 x", "x x", "536870912 x", "536870911 xy", `${max} x`, `${min} x`, "1.5 x"].map(
      (rest) => `SETRANGE a ${rest}`,
    ),
    ...["SETRANGE none 536870912 x", "EXISTS none", `SET g v EXAT ${far}`, "APPEND g w", "SETRANGE g 9 z"],
    ...["EXPIRETIME g", "GET g"],
  ],
  "longest common subsequences": [
    "MSET a ohmytext b mynewtext c abcabcabc d acbacbacb n 1234 m 2314",
    ...["a b", "b a", "c d", "d c", "n m", "a none", "none none", "a a"].flatMap((pair) =>
      ["", " LEN", " IDX", " IDX MINMATCHLEN 4", " IDX MINMATCHLEN -1 WITHMATCHLEN", " idx WithMatchLen"].map(
        (options) => `LCS ${pair}${options}`,
      ),
    ),
    ...["LEN IDX", "MINMATCHLEN", "MINMATCHLEN x", "FOO", "LEN WITHMATCHLEN", "MINMATCHLEN 9", "IDX FOO"].map(
      (options) => `LCS a b ${options}`,
    ),
    "LCS a",
    "LCS none none FOO",
    "SETRANGE x 11584 a",
    "SETRANGE y 11586 a",
    "LCS x y LEN",
    "LCS x none LEN",
  ],
};

function expiring(options: string): string {
  return `GETEX a ${options}`;
}

testStories(stories);
