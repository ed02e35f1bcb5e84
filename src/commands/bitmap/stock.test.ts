import { testStories } from "../../testing/stock-stories.ts";

const max = "9223372036854775807";
const min = "-9223372036854775808";
const offsets = ["0", "7", "8", "100", "x", '""', "-1", "#1", "1.5", "4294967295", "4294967296", max, min];
const indexes = ["0", "1", "3", "9", "17", "99", "-1", "-2", "-9", "-99", "9007199254740993", max, min];
const ranges = indexes.flatMap((start) => indexes.map((end) => `${start} ${end}`));
const units = ["", " BYTE", " bit"];
const types = [
  "u1",
  "i1",
  "u8",
  "i8",
  "u31",
  "u32",
  "i33",
  "u48",
  "i48",
  "u49",
  "i49",
  "i53",
  "u54",
  "u63",
  "i64",
];
const amounts = ["1", "-1", "200", "-200", "4294967296", "9007199254740991", "-9007199254740992", max, min];

const stories: Readonly<Record<string, readonly string[]>> = {
  "single bits": [
    ...offsets.filter((offset) => offset !== "4294967295").map((offset) => `SETBIT a ${offset} 1`),
    ...offsets.map((offset) => `GETBIT a ${offset}`),
    ...["2", "-1", "x", '""', "01", max].map((bit) => `SETBIT a 3 ${bit}`),
    ...["GET a", "OBJECT ENCODING a", "GETBIT none 1", "SETBIT none x 1", "SETBIT none 0 2", "EXISTS none"],
    ...[
      "SETBIT b 0 0",
      "GET b",
      "OBJECT ENCODING b",
      "SET n 7",
      "SETBIT n 7 1",
      "GET n",
      "OBJECT ENCODING n",
    ],
    ...["SETBIT n 6 0", "GET n", "SET e v EXAT 4102444800", "SETBIT e 30 1", "EXPIRETIME e", "SETBIT a 1"],
  ],
  counting: [
    "SET a \\x00\\xff\\xf0\\x0f\\x00\\x81",
    "BITCOUNT a",
    ...ranges.flatMap((range) => units.map((unit) => `BITCOUNT a ${range}${unit}`)),
    ...["1", "x 1", "1 x", "1 1 FOO", "1 x FOO", "-1 -2 FOO", "1 1 BIT x", "-2 -1 FOO"].map(
      (rest) => `BITCOUNT a ${rest}`,
    ),
    ...["BITCOUNT none", "BITCOUNT none 1", "BITCOUNT none x y z", "BITCOUNT"],
    ...['SET b ""', "BITCOUNT b", "BITCOUNT b 0 -1", "BITCOUNT b 0 -1 BIT", "SET n 12345", "BITCOUNT n"],
    ...["SETRANGE c 5000 xyz", "SETBIT c 12345 1", "BITCOUNT c", "BITCOUNT c 3 -3", "BITCOUNT c 3 -3 BIT"],
  ],
  finding: [
    "MSET a \\x00\\xff\\xf0\\x0f\\x00\\x81 o \\xff\\xff\\xff z \\x00\\x00\\x00",
    ...["a", "o", "z", "none"].flatMap((key) => ["0", "1"].map((bit) => `BITPOS ${key} ${bit}`)),
    ...["a", "o", "z"].flatMap((key) =>
      ["0", "1"].flatMap((bit) => [
        ...indexes.map((start) => `BITPOS ${key} ${bit} ${start}`),
        ...ranges.flatMap((range) => units.map((unit) => `BITPOS ${key} ${bit} ${range}${unit}`)),
      ]),
    ),
    ...[
      "2",
      "-1",
      "x",
      max,
      "1 x",
      "1 0 x",
      "1 0 1 FOO",
      "1 0 x FOO",
      "1 0 x BIT",
      "1 x x FOO",
      "1 0 1 BIT x",
    ].map((rest) => `BITPOS a ${rest}`),
    ...["BITPOS none 2", "BITPOS none 1 x", "BITPOS none 0 FOO FOO FOO FOO", "BITPOS a"],
    ...['SET b ""', "BITPOS b 0", "BITPOS b 1", "BITPOS b 0 0", "BITPOS b 0 0 -1", "BITPOS b 0 0 -1 BIT"],
    ...[
      "SETRANGE c 5000 xyz",
      "BITPOS c 1",
      "BITPOS c 1 1 4999",
      "BITPOS c 1 9 40004 BIT",
      "BITPOS c 0 5000",
    ],
  ],
  "operations on whole strings": [
    "MSET a \\xff\\x0f\\x33\\x55\\xaa b \\x01\\x02\\x03 n 123",
    'SET e ""',
    ...["AND", "or", "XoR", "NOT", "FOO"].flatMap((operation) =>
      ["a", "b", "none", "e", "a b", "b a", "a none", "none a", "a b n", "a a"].flatMap((sources) => [
        `BITOP ${operation} d ${sources}`,
        "GET d",
        "OBJECT ENCODING d",
      ]),
    ),
    ...["BITOP NOT a a", "GET a", "BITOP XOR a a a", "GET a", "SET t v EXAT 4102444800", "BITOP OR t b"],
    ...["EXPIRETIME t", "BITOP AND t none", "EXISTS t", "BITOP AND d", "SETRANGE l 20000 xyz"],
    ...["SETRANGE m 9001 pqr", "BITOP OR d l m b", "GETRANGE d 9000 9010", "GETRANGE d 19999 -1"],
    ...["BITOP XOR d l m b", "BITCOUNT d", "BITOP AND d l m", "BITCOUNT d", "BITOP NOT d l", "BITCOUNT d"],
  ],
  "fields, with every kind of overflow": [
    ...["WRAP", "sat", "Fail"].flatMap((overflow) =>
      types.flatMap((type) =>
        amounts.flatMap((amount) => [
          `BITFIELD k OVERFLOW ${overflow} SET ${type} 5 ${amount} INCRBY ${type} 5 ${amount} GET ${type} 5`,
          `BITFIELD k OVERFLOW ${overflow} INCRBY ${type} #1 ${amount} INCRBY ${type} #1 3 INCRBY ${type} #1 -3`,
        ]),
      ),
    ),
    ...["GET k", "BITFIELD none GET u8 0 GET i64 #100", "EXISTS none", "BITFIELD none", "BITFIELD_RO none"],
    ...[
      "GET u8 0 GET i8 #1",
      "GET u63 3",
      "GET i64 7",
      "OVERFLOW SAT GET u4 0",
      "SET u8 0 1",
      "INCRBY u8 0 1",
    ].map((rest) => `BITFIELD_RO k ${rest}`),
    ...["u64", "i65", "u0", "i0", "U8", "8", "u", '""', "u-1", "u08", "x"].map(
      (type) => `BITFIELD k GET ${type} 0`,
    ),
    ...[...offsets, "#x", "#", "#-1", `#${max}`, "#1152921504606846976"].map(
      (at) => `BITFIELD k GET u16 ${at}`,
    ),
    ...[
      "GET",
      "GET u8",
      "SET u8 0",
      "FOO u8 0",
      "OVERFLOW",
      "OVERFLOW FOO",
      "OVERFLOW FOO GET",
      "SET u8 0 x",
    ].map((rest) => `BITFIELD k ${rest}`),
    ...["GET u8 0 SET u8 x 1", "SET u8 0 1 FOO", "OVERFLOW WRAP", "SET x y z"].map(
      (rest) => `BITFIELD k ${rest}`,
    ),
    ...[
      "BITFIELD f OVERFLOW FAIL SET u2 90 9",
      "BITFIELD f OVERFLOW FAIL SET u2 190 9 SET u2 190 0 SET i64 300 1 SET u2 2 9",
      "BITFIELD f SET u8 400 0 SET u8 400 0 INCRBY i64 0 0",
      "BITFIELD g SET u8 0 0 INCRBY u8 0 0",
      "GET f",
      "SET n 12",
      "BITFIELD n SET u8 0 49",
      "OBJECT ENCODING n",
    ],
  ],
  // What makes or lengthens a string and then writes nothing to it is no change for those who watch the key.
  "watched integers inside strings": [
    "OVERFLOW FAIL SET u1 0 9",
    "OVERFLOW FAIL INCRBY u1 100 9",
    "GET u1 0 OVERFLOW FAIL SET u8 0 999",
    "OVERFLOW FAIL SET u1 200 9 SET u1 300 0",
    "SET u1 0 0",
    "SET u1 900 0",
    "SET u1 900 0",
  ].flatMap((rest) => ["WATCH w", `BITFIELD w ${rest}`, "MULTI", "STRLEN w", "EXEC"]),
};

testStories(stories);
