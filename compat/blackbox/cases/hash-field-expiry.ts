// Fields of a hash that expire: cases of commands that came with Redis 7.4 and 8.0.
//
// The stock server these suites compare with is a 7.0 and has none of them, so what each call answers stands here,
// as the page named says (of redis.io's command pages). Times are absolute: nothing depends on how long a case takes.

import type { DocumentedCase } from "./case.ts";

const FAR = 4_102_444_800; // the first second of 2100

export const hashFieldExpiryCases: readonly DocumentedCase[] = [
  {
    name: "HEXPIREAT sets a time for each field that is there",
    page: "hexpireat",
    calls: [
      ["HSET h a 1 b 2", ":2"],
      [`HEXPIREAT h ${FAR} FIELDS 3 a b x`, "*3 :1 :1 :-2"],
      ["HEXPIRETIME h FIELDS 3 a b x", `*3 :${FAR} :${FAR} :-2`],
      ["HPEXPIRETIME h FIELDS 1 a", `*1 :${FAR}000`],
      [`HEXPIREAT none ${FAR} FIELDS 1 a`, "*1 :-2"],
      ["EXISTS none", ":0"],
    ],
  },
  {
    name: "NX, XX, GT and LT; a field without a time counts as one that expires last",
    page: "hexpire",
    calls: [
      ["HSET h a 1 b 2", ":2"],
      [`HPEXPIREAT h ${FAR}000 NX FIELDS 1 a`, "*1 :1"],
      [`HPEXPIREAT h ${FAR}001 NX FIELDS 2 a b`, "*2 :0 :1"],
      ["HPERSIST h FIELDS 1 b", "*1 :1"],
      [`HPEXPIREAT h ${FAR}001 XX FIELDS 2 a b`, "*2 :1 :0"],
      [`HPEXPIREAT h ${FAR}001 GT FIELDS 2 a b`, "*2 :0 :0"],
      [`HPEXPIREAT h ${FAR}002 GT FIELDS 1 a`, "*1 :1"],
      [`HPEXPIREAT h ${FAR}002 LT FIELDS 1 a`, "*1 :0"],
      [`HPEXPIREAT h ${FAR}001 LT FIELDS 2 a b`, "*2 :1 :1"],
      ["HPEXPIRETIME h FIELDS 2 a b", `*2 :${FAR}001 :${FAR}001`],
    ],
  },
  {
    name: "a time of zero, or in the past, deletes fields and at last the key",
    page: "hexpire",
    calls: [
      ["HSET h a 1 b 2 c 3 d 4", ":4"],
      ["HEXPIRE h 0 FIELDS 1 a", "*1 :2"],
      ["HPEXPIRE h 0 FIELDS 1 b", "*1 :2"],
      ["HEXPIREAT h 1 FIELDS 1 c", "*1 :2"],
      ["HGETALL h", "*2 $1 d $1 4"],
      ["HPEXPIREAT h 1 FIELDS 1 d", "*1 :2"],
      ["EXISTS h", ":0"],
    ],
  },
  {
    name: "what is left of a time, in whole seconds or ms; -1 without one, -2 without the field",
    page: "httl",
    calls: [
      ["HSET h a 1", ":1"],
      ["HTTL h FIELDS 2 a x", "*2 :-1 :-2"],
      ["HPTTL h FIELDS 2 a x", "*2 :-1 :-2"],
      ["HTTL none FIELDS 1 a", "*1 :-2"],
      ["HPTTL none FIELDS 1 a", "*1 :-2"],
      ["HEXPIRETIME none FIELDS 1 a", "*1 :-2"],
      ["HPEXPIRETIME h FIELDS 1 a", "*1 :-1"],
      ["HEXPIRE h 70368744177 FIELDS 1 a", "-ERR invalid expire time in 'hexpire' command"],
      ["HPEXPIRE h 10000000 FIELDS 1 a", "*1 :1"],
    ],
  },
  {
    name: "HPERSIST takes times away",
    page: "hpersist",
    calls: [
      ["HSET h a 1 b 2", ":2"],
      [`HEXPIREAT h ${FAR} FIELDS 1 a`, "*1 :1"],
      ["HPERSIST h FIELDS 3 a b x", "*3 :1 :-1 :-2"],
      ["HEXPIRETIME h FIELDS 1 a", "*1 :-1"],
      ["HPERSIST none FIELDS 1 a", "*1 :-2"],
    ],
  },
  {
    name: "HSET and HDEL end a time, commands that change what is there keep it",
    page: "hexpire",
    calls: [
      ["HSET h a 1 b 2", ":2"],
      [`HEXPIREAT h ${FAR} FIELDS 2 a b`, "*2 :1 :1"],
      ["HINCRBY h a 5", ":6"],
      ["HINCRBYFLOAT h a 0.5", "$3 6.5"],
      ["HEXPIRETIME h FIELDS 1 a", `*1 :${FAR}`],
      ["HSET h a 1", ":0"],
      ["HEXPIRETIME h FIELDS 1 a", "*1 :-1"],
      ["HDEL h b", ":1"],
      ["HSET h b 1", ":1"],
      ["HEXPIRETIME h FIELDS 1 b", "*1 :-1"],
    ],
  },
  {
    name: "HGETEX answers values and sets a time, or takes it away",
    page: "hgetex",
    calls: [
      ["HSET h a 1 b 2", ":2"],
      ["HGETEX h FIELDS 2 a x", "*2 $1 1 $-1"],
      [`HGETEX h EXAT ${FAR} FIELDS 1 a`, "*1 $1 1"],
      [`HGETEX h PXAT ${FAR}001 FIELDS 1 b`, "*1 $1 2"],
      ["HPEXPIRETIME h FIELDS 2 a b", `*2 :${FAR}000 :${FAR}001`],
      ["HGETEX h PERSIST FIELDS 1 a", "*1 $1 1"],
      ["HEXPIRETIME h FIELDS 1 a", "*1 :-1"],
      ["HGETEX h EX 0 FIELDS 1 a", "*1 $1 1"],
      ["HGETALL h", "*2 $1 b $1 2"],
      ["HGETEX none EX 10 FIELDS 1 a", "*1 $-1"],
    ],
  },
  {
    name: "HGETDEL answers values and deletes the fields",
    page: "hgetdel",
    calls: [
      ["HSET h a 1 b 2 c 3", ":3"],
      ["HGETDEL h FIELDS 2 a x", "*2 $1 1 $-1"],
      ["HGETDEL h FIELDS 2 b c", "*2 $1 2 $1 3"],
      ["EXISTS h", ":0"],
      ["HGETDEL h FIELDS 1 a", "*1 $-1"],
    ],
  },
  {
    name: "HSETEX sets all fields or none, with their time",
    page: "hsetex",
    calls: [
      ["HSETEX h FXX FIELDS 1 a 1", ":0"],
      [`HSETEX h FNX EXAT ${FAR} FIELDS 2 a 1 b 2`, ":1"],
      ["HSETEX h FNX FIELDS 2 c 1 a 1", ":0"],
      ["HSETEX h FXX FIELDS 2 c 1 a 1", ":0"],
      ["HSETEX h FXX KEEPTTL FIELDS 1 a 3", ":1"],
      ["HSETEX h FIELDS 1 b 4", ":1"],
      ["HMGET h a b c", "*3 $1 3 $1 4 $-1"],
      ["HEXPIRETIME h FIELDS 2 a b", `*2 :${FAR} :-1`],
      [
        "HSETEX h FXX EX 60 KEEPTTL FIELDS 1 a 1",
        "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
      ],
    ],
  },
  {
    name: "times go along with RENAME, COPY and MOVE",
    page: "hexpire",
    calls: [
      ["HSET h a 1 b 2", ":2"],
      [`HEXPIREAT h ${FAR} FIELDS 1 a`, "*1 :1"],
      ["RENAME h g", "+OK"],
      ["COPY g h", ":1"],
      ["HEXPIRETIME h FIELDS 2 a b", `*2 :${FAR} :-1`],
      ["HEXPIRETIME g FIELDS 2 a b", `*2 :${FAR} :-1`],
      ["MOVE g 1", ":1"],
      ["SELECT 1", "+OK"],
      ["HEXPIRETIME g FIELDS 2 a b", `*2 :${FAR} :-1`],
      ["SELECT 0", "+OK"],
    ],
  },
];
