// Streams answer a stock Redis 7.0's replies byte for byte: stories, random calls, and several clients in turn.

import type { Rng } from "../../lib/rng.ts";
import { testRandomCalls } from "../../testing/family-differential.ts";
import { testArgumentDocs, testConversations, testStories } from "../../testing/stock-stories.ts";
import { streamCommands } from "./all.ts";

const max = "9223372036854775807";
const min = "-9223372036854775808";
const top = "18446744073709551615";
const ten = Array.from({ length: 10 }, (_, i) => `XADD s ${i + 1}-0 f ${i}`).join("; ");

const stories: Readonly<Record<string, readonly string[]>> = {
  "arity and types": [
    "XADD; XADD s *; XADD s * a; XADD s * a b c; XADD s 1-1 a; XLEN; XLEN s x; XRANGE s -; XREVRANGE s +; XDEL s; XTRIM s MAXLEN",
    "XSETID s; XACK s g; XCLAIM s g c 0; XAUTOCLAIM s g c 0; XPENDING s; XREAD STREAMS s; XREADGROUP GROUP g c STREAMS s",
    "XGROUP; XGROUP CREATE s g; XGROUP CREATE s g $; XGROUP SETID s g; XGROUP DESTROY s; XGROUP DESTROY s g x; XGROUP CREATECONSUMER s g",
    "XGROUP DELCONSUMER s g; XGROUP NONE; XGROUP HELP x; XINFO; XINFO STREAM; XINFO GROUPS; XINFO GROUPS s x; XINFO CONSUMERS s; XINFO NONE s",
    "XINFO HELP x; SET t text; XADD t 1-1 a b; XLEN t; XRANGE t - +; XREVRANGE t + -; XRANGE t - + COUNT 0; XRANGE t x +; XDEL t 1-1; XDEL t x",
    "XTRIM t MAXLEN 0; XSETID t 1-1; XACK t g 1-1; XACK t g x; XCLAIM t g c 0 1-1; XCLAIM t g c x 1-1; XAUTOCLAIM t g c 0 0; XAUTOCLAIM t g c x 0",
    "XPENDING t g; XPENDING t g - + 1; XPENDING t g - + x; XREAD STREAMS t 0; XREAD STREAMS t $; XREAD STREAMS t x; XREADGROUP GROUP g c STREAMS t >",
    "XGROUP CREATE t g $; XGROUP CREATE t g $ MKSTREAM; XGROUP SETID t g 0; XGROUP DESTROY t g; XGROUP CREATECONSUMER t g c; XGROUP DELCONSUMER t g c",
    "XINFO STREAM t; XINFO GROUPS t; XINFO CONSUMERS t g; XINFO STREAM t NONE; XADD t NOMKSTREAM 1-1 a b; GET t",
    "XADD s 1-1 a b; GET s; LPUSH s a; INCR s; TYPE s; SET s x NX; OBJECT ENCODING s; STRLEN s; SADD s a; HGET s a; SET s x; TYPE s",
  ],
  "a stream that is not there": [
    "XLEN s; XRANGE s - +; XREVRANGE s + -; XRANGE s - + COUNT 0; XDEL s 1; XDEL s x; XTRIM s MAXLEN 0; XTRIM s MINID 5; XSETID s 1-1; XSETID s x",
    "XACK s g 1; XACK s g x; XCLAIM s g c 0 1; XAUTOCLAIM s g c 0 0; XPENDING s g; XPENDING s g - + 10; XREAD STREAMS s 0; XREAD STREAMS s $",
    "XREAD COUNT 2 STREAMS s t 0 0; XREADGROUP GROUP g c STREAMS s >; XREADGROUP GROUP g c STREAMS s 0; XGROUP CREATE s g $; XGROUP SETID s g 0",
    "XGROUP DESTROY s g; XGROUP CREATECONSUMER s g c; XGROUP DELCONSUMER s g c; XINFO STREAM s; XINFO STREAM s FULL; XINFO GROUPS s; XINFO CONSUMERS s g",
    "XADD s NOMKSTREAM 1-1 a b; EXISTS s; XADD s NOMKSTREAM MAXLEN ~ 10 * a b; EXISTS s; XADD s 0-0 a b; EXISTS s; XADD s x a b; EXISTS s",
    "XGROUP CREATE s g $ MKSTREAM; EXISTS s; XLEN s; XINFO STREAM s; XINFO STREAM s FULL; XRANGE s - +; XRANGE s - + COUNT 0; XDEL s 1; XTRIM s MAXLEN 0",
    "XREAD STREAMS s 0; XREADGROUP GROUP g c STREAMS s >; XINFO CONSUMERS s g; XREADGROUP GROUP g c STREAMS s 0; XPENDING s g",
  ],
  "ids of new entries": [
    "XADD s 0-1 a b; XADD s 0-1 a b; XADD s 0-* a b; XADD s 0-* a b; XADD s 5 a b; XADD s 5 a b; XADD s 5-* a b; XADD s 5-3 a b; XADD s 4-9 a b",
    `XADD s 6-${top} a b; XADD s 6-* a b; XADD s 7-* a b; XADD s 7-${top} a b; XADD s 7-0 a b; XRANGE s - +; XINFO STREAM s`,
    "XADD s 08-01 a b; XADD s +9-+1 a b; XADD s 10- a b; XADD s -1 a b; XADD s - a b; XADD s + a b; XADD s 10-1-1 a b; XADD s 10--1 a b; XADD s a-b a b",
    'XADD s "" a b; XADD s 10-1x a b; XADD s 1.5 a b; XADD s 0x10-1 a b; XADD s 18446744073709551616 a b; XADD s 10-18446744073709551616 a b',
    `XADD s 10-** a b; XADD s *-1 a b; XADD s 9223372036854775808-5 a b; XADD s ${top}-1 a b; XADD s ${top} a b; XADD s ${top}-* a b; XADD s ${top}-${top} a b`,
    `XADD s * a b; XADD s ${top}-* a b; XADD s 1-1 a b; XRANGE s - +; XREVRANGE s + -; XINFO STREAM s; DUMP s; XDEL s ${top}-${top} 9223372036854775808-5; XRANGE s - +`,
  ],
  "fields and values": [
    'XADD s 1-0 a 1 b 2; XADD s 2-0 a 3 b 4; XADD s 3-0 b 1 a 2; XADD s 4-0 a 1; XADD s 5-0 a 1 b 2 c 3; XADD s 6-0 a "" b ""; XADD s 7-0 "" "" "" ""',
    "XADD s 8-0 1 -1; XADD s 9-0 127 128 -128 -129 4095 4096; XADD s 10-0 32767 32768 8388607 8388608 2147483647 2147483648; XADD s 11-0 a 007 b +1",
    `XADD s 12-0 ${max} ${min}; XADD s 13-0 ${max}0 -${max}0; XADD s 14-0 9007199254740993 -9007199254740993; XADD s 15-0 a 1 a 2; DUMP s; XRANGE s - +; XREVRANGE s + -`,
    "XADD t 1-0 127 0; XADD t 2-0 127 1; XADD t 3-0 0127 1; XADD t 4-0 128 1; XRANGE t - +; DUMP t; XINFO STREAM t FULL COUNT 2",
    `XADD u 1-0 ${max} 1; XADD u 2-0 ${max} 2; XADD u 3-0 ${min} 2; XADD u 4-0 a ${"x".repeat(63)}; XADD u 5-0 a ${"y".repeat(64)}; XADD u 6-0 a ${"z".repeat(4095)}`,
    `XADD u 7-0 a ${"y".repeat(4096)}; XADD u 8-0 ${"k".repeat(200)} ${"v".repeat(20000)}; XADD u 9-0 ${"k".repeat(200)} v; DUMP u; XREVRANGE u + -; XINFO STREAM u`,
  ],
  ranges: [
    ten,
    `XADD s 10-1 f x; XADD s 10-${top} f y; XRANGE s - +; XRANGE s 3 5; XRANGE s (3 (5; XRANGE s (3-0 5-0; XRANGE s 5 3; XRANGE s 10 10; XRANGE s 10-1 10-1; XRANGE s 100 +`,
    `XRANGE s + -; XRANGE s - + COUNT 2; XRANGE s 4 + COUNT 2; XRANGE s - + COUNT 0; XRANGE s - + COUNT -5; XRANGE s - + COUNT 3 COUNT 1; XRANGE s - + COUNT ${max}`,
    "XREVRANGE s + -; XREVRANGE s 5 3; XREVRANGE s (5 (3; XREVRANGE s 5 3 COUNT 2; XREVRANGE s + - COUNT 1; XREVRANGE s 0 -; XREVRANGE s 0-0 -; XREVRANGE s - +",
    `XRANGE s (${top}-${top} +; XRANGE s - (0-0; XRANGE s - (0; XRANGE s (- +; XRANGE s - (+; XRANGE s ( +; XRANGE s - + LIMIT 2; XRANGE s - + COUNT; XRANGE s - + COUNT x; XRANGE s x +; XRANGE s - x`,
    `XRANGE s (0-${top} 2; XRANGE s - 3-*; XRANGE s (x +; XRANGE s - (x; XREVRANGE s (0-0 -; XREVRANGE s + (${top}-${top}; XRANGE s - (10; XRANGE s 10-2 +; XREVRANGE s 10-2 -  COUNT 2`,
    "XREAD STREAMS s 0; XREAD STREAMS s 8; XREAD STREAMS s 10-1; XREAD COUNT 1 STREAMS s 2; XREAD STREAMS s $; XREAD STREAMS s 99; XREAD COUNT 0 STREAMS s 9; XREAD COUNT -1 STREAMS s 9",
    `XREAD STREAMS s ${top}-${top}; XREAD STREAMS s s none t 0 9 0 0; XREAD COUNT 2 STREAMS s s 0 5; XREAD STREAMS s 0 x; XREAD STREAMS s +; XREAD STREAMS s -; XREAD STREAMS s >; XREAD STREAMS s`,
    "XREAD COUNT x STREAMS s 0; XREAD COUNT 1; XREAD COUNT 1 BLOCK 1; XREAD BLOCK x STREAMS s 0; XREAD BLOCK -1 STREAMS s 0; XREAD GROUP g c STREAMS s >; XREAD NOACK STREAMS s 0; XREAD NOPE STREAMS s 0",
    "XREAD BLOCK 0 STREAMS s 9; XREAD BLOCK 1 COUNT 1 STREAMS none s $ 9; xread count 1 streams s 0; XREAD COUNT 1 COUNT 2 STREAMS s 0",
  ],
  deleting: [
    ten,
    "XDEL s 5; XDEL s 5; XDEL s 1 2 99; XRANGE s - +; XINFO STREAM s; XDEL s 10; XINFO STREAM s; XREVRANGE s + - COUNT 1; XDEL s 3 x; XDEL s 3 4 3 4; XLEN s; DUMP s",
    "XREAD STREAMS s 9; XREAD STREAMS s 8; XREAD STREAMS s $; XDEL s 6 7 8 9; XLEN s; EXISTS s; XRANGE s - +; XINFO STREAM s; XREAD STREAMS s 0; DUMP s; XADD s 5-0 a b; XADD s 11-0 a b",
    "XINFO STREAM s; XDEL s 11; XTRIM s MAXLEN 0; DUMP s; XDEL s 0; XDEL s -; DEL s; EXISTS s",
  ],
  trimming: [
    ten,
    "XTRIM s MAXLEN 8; XTRIM s MAXLEN = 7; XTRIM s MAXLEN ~ 1; XINFO STREAM s; XTRIM s MINID 6; XTRIM s MINID = 7-0; XTRIM s MINID ~ 9; XTRIM s MINID (7; XTRIM s MINID -; XLEN s; DUMP s",
    "XTRIM s; XTRIM s NOPE 1; XTRIM s LIMIT 5; XTRIM s LIMIT 0; XTRIM s MAXLEN -1; XTRIM s MAXLEN x; XTRIM s MAXLEN ~; XTRIM s MAXLEN = ; XTRIM s MAXLEN 1 MINID 1; XTRIM s MINID 1 MAXLEN 1",
    "XTRIM s MAXLEN 5 LIMIT 1; XTRIM s MAXLEN ~ 5 LIMIT -1; XTRIM s MAXLEN ~ 5 LIMIT x; XTRIM s MAXLEN ~ 5 LIMIT; XTRIM s MAXLEN ~ 5 LIMIT 1; XTRIM s MAXLEN = 5 LIMIT 0; XTRIM s LIMIT 1 MAXLEN ~ 1",
    "XTRIM s MAXLEN 3 NOMKSTREAM; XTRIM s MAXLEN ~ 0; XLEN s; XINFO STREAM s; XTRIM s MAXLEN 0; XINFO STREAM s; DUMP s",
    "CONFIG SET stream-node-max-entries 3",
    ten.replaceAll("XADD s", "XADD u"),
    "XINFO STREAM u; DUMP u; XTRIM u MAXLEN ~ 6; XLEN u; XINFO STREAM u; XTRIM u MAXLEN ~ 6; XTRIM u MINID ~ 8; XLEN u; XTRIM u MINID 8; XINFO STREAM u; XTRIM u MAXLEN ~ 0 LIMIT 2; XLEN u; XTRIM u MAXLEN ~ 0 LIMIT 5; XLEN u",
    ten.replaceAll("XADD s", "XADD v MAXLEN ~ 4"),
    "XRANGE v - +; XINFO STREAM v; XADD v MAXLEN 2 11-0 a b; XRANGE v - +; XADD v MINID 11 12-0 a b; XRANGE v - +; XADD v MINID = 99 13-0 a b; XRANGE v - +; XINFO STREAM v; XADD v MAXLEN 0 14-0 a b; XLEN v; DUMP v",
    "XADD v MAXLEN 5 MINID 1 15-0 a b; XADD v LIMIT 5 15-0 a b; XADD v MAXLEN 5 LIMIT 5 15-0 a b; XADD v MAXLEN ~ 5 LIMIT 5 15-0 a b; XADD v MAXLEN -1 16-0 a b; XADD v MAXLEN x 16-0 a b; XADD v MINID x 16-0 a b",
    "XADD v MAXLEN 16-0 a b; XADD v MAXLEN 5 16-0 a; XADD v NOMKSTREAM MAXLEN = 5 16-0 a b; XADD v MAXLEN ~ 5 NOMKSTREAM 17-0 a b; XADD v MAXLEN ~ = 18-0 a b; XADD v maxlen 5 nomkstream 19-0 a b",
    "CONFIG SET stream-node-max-entries 100; CONFIG SET stream-node-max-bytes 60",
    ten.replaceAll("XADD s", "XADD w"),
    "XINFO STREAM w; DUMP w; CONFIG SET stream-node-max-bytes 0; XADD w 11-0 a b; XADD w 12-0 a b; XINFO STREAM w; CONFIG SET stream-node-max-entries 0; XTRIM w MAXLEN ~ 1; XLEN w; XDEL w 9 10; XTRIM w MINID 11; DUMP w",
    "CONFIG SET stream-node-max-entries 4; XADD x 1-0 a 1; XADD x 2-0 a 1; XADD x 3-0 a 1; XADD x 4-0 a 1; XADD x 5-0 a 1; XDEL x 4; XTRIM x MINID 4; XINFO STREAM x; XTRIM x MAXLEN ~ 1; XINFO STREAM x; DUMP x",
    "XADD y 1-0 a 1; XADD y 2-0 a 1; XDEL y 2; XTRIM y MINID 2; XLEN y; XINFO STREAM y; DUMP y; XRANGE y - +; XADD y 3-0 a 1; XRANGE y - +; XTRIM y MAXLEN 0; DUMP y",
  ],
  "last ids": [
    ten,
    "XSETID s 9; XSETID s 10; XSETID s 11-5; XINFO STREAM s; XADD s 11-5 a b; XADD s 11-* a b; XSETID s x; XSETID s -; XSETID s 20 ENTRIESADDED 5; XSETID s 20 ENTRIESADDED 11; XSETID s 20 ENTRIESADDED -1",
    `XSETID s 20 ENTRIESADDED x; XSETID s 20 ENTRIESADDED; XSETID s 20 MAXDELETEDID 21; XSETID s 20 MAXDELETEDID 15; XSETID s 20 MAXDELETEDID x; XSETID s 20 NOPE 1; XSETID s 20 MAXDELETEDID 0; XINFO STREAM s`,
    `XSETID s 20 ENTRIESADDED ${max} MAXDELETEDID 3; XINFO STREAM s; XADD s 21 a b; XINFO STREAM s; XDEL s 1; XINFO STREAM s; DUMP s; XTRIM s MAXLEN 0; XSETID s 0-0; XINFO STREAM s; XADD s 0-0 a b; XADD s 0-1 a b`,
  ],
  groups: [
    ten,
    "XGROUP CREATE s g 5; XGROUP CREATE s g 5; XGROUP CREATE s h $; XGROUP CREATE s i 0 ENTRIESREAD 3; XGROUP CREATE s j 0 MKSTREAM; XGROUP CREATE s k - ; XGROUP CREATE s k +; XGROUP CREATE s k x",
    `XGROUP CREATE s k 0 ENTRIESREAD -2; XGROUP CREATE s k 0 ENTRIESREAD x; XGROUP CREATE s k 0 ENTRIESREAD; XGROUP CREATE s k 0 NOPE; XGROUP CREATE s k 0 ENTRIESREAD -1; XGROUP CREATE s l 0 ENTRIESREAD ${max}`,
    'XGROUP CREATE s m 0 MKSTREAM ENTRIESREAD 1 MKSTREAM; XGROUP CREATE s m 0 MKSTREAM ENTRIESREAD 1; XGROUP CREATE s "" 0; XINFO GROUPS s; XINFO STREAM s; XINFO STREAM s FULL',
    "XGROUP SETID s g 7; XGROUP SETID s g $; XGROUP SETID s g -; XGROUP SETID s g +; XGROUP SETID s g 3 ENTRIESREAD 3; XGROUP SETID s g x; XGROUP SETID s none 1; XGROUP SETID s g 3 MKSTREAM; XGROUP SETID s g 3 ENTRIESREAD 1 ENTRIESREAD 2",
    "XINFO GROUPS s; XGROUP CREATECONSUMER s g c; XGROUP CREATECONSUMER s g c; XGROUP CREATECONSUMER s none c; XGROUP DELCONSUMER s g none; XGROUP DELCONSUMER s none c; XGROUP DELCONSUMER s g c; XINFO CONSUMERS s g; XINFO CONSUMERS s none",
    "XGROUP DESTROY s none; XGROUP DESTROY s h; XGROUP DESTROY s h; XINFO GROUPS s; XGROUP DESTROY none g; XGROUP CREATE none g 0; xgroup create other g $ mkstream entriesread 0; XINFO GROUPS other; XGROUP NOPE s g 0",
  ],
  "reading as a group": [
    ten,
    "XGROUP CREATE s g 0; XREADGROUP GROUP g c COUNT 3 STREAMS s >; XINFO GROUPS s; XREADGROUP GROUP g d COUNT 2 STREAMS s >; XREADGROUP GROUP g c STREAMS s 0; XREADGROUP GROUP g c COUNT 1 STREAMS s 1; XREADGROUP GROUP g c STREAMS s 3",
    "XREADGROUP GROUP g none STREAMS s 0; XREADGROUP GROUP g e NOACK COUNT 1 STREAMS s >; XPENDING s g; XPENDING none g; XPENDING s none; XACK s g 1 99 2; XACK s g 1; XACK s none 1; XACK s g x; XPENDING s g; XINFO GROUPS s",
    "XREADGROUP GROUP g c STREAMS s s > >; XREADGROUP GROUP g c STREAMS s >; XPENDING s g; XDEL s 4 5; XREADGROUP GROUP g d STREAMS s 0; XREADGROUP GROUP g d COUNT 1 STREAMS s 4; XGROUP DELCONSUMER s g d; XPENDING s g",
    "XGROUP CREATE s h 0; XREADGROUP GROUP h c COUNT 2 STREAMS s s > >; XREADGROUP GROUP h c COUNT 2 STREAMS s s s > > >; XREADGROUP GROUP h c COUNT 1 STREAMS s s > 0; XREADGROUP GROUP h c STREAMS s s 0 >; XINFO GROUPS s",
    `XREADGROUP GROUP h c STREAMS s $; XREADGROUP GROUP h c STREAMS s x; XREADGROUP GROUP h c STREAMS s -; XREADGROUP GROUP none c STREAMS s >; XREADGROUP GROUP h c STREAMS none >; XREADGROUP COUNT 1 BLOCK 1 STREAMS s >; XREADGROUP GROUP h c STREAMS s t > >`,
    `XREADGROUP GROUP h c STREAMS s ${top}-${top}; XREADGROUP GROUP h c COUNT 0 STREAMS s 0; XREADGROUP GROUP h c NOACK NOACK STREAMS s 6; XREADGROUP GROUP h STREAMS s >; XREADGROUP STREAMS s > GROUP h c; XREADGROUP GROUP a b GROUP h c COUNT 1 STREAMS s 0`,
    "XGROUP SETID s g 0; XREADGROUP GROUP g z COUNT 2 STREAMS s >; XPENDING s g; XINFO GROUPS s; XADD s 20-0 a b; XINFO GROUPS s; XDEL s 8; XINFO GROUPS s; XREADGROUP GROUP g z STREAMS s >; XINFO GROUPS s; XTRIM s MAXLEN 0; XINFO GROUPS s; XREADGROUP GROUP g z STREAMS s 0",
  ],
  lag: [
    ten,
    "XGROUP CREATE s a 0; XGROUP CREATE s b 1; XGROUP CREATE s c 5; XGROUP CREATE s d $; XGROUP CREATE s e 99; XGROUP CREATE s f 0 ENTRIESREAD 0; XGROUP CREATE s g 5 ENTRIESREAD 5; XINFO GROUPS s",
    "XDEL s 7; XINFO GROUPS s; XREADGROUP GROUP a x COUNT 1 STREAMS s >; XREADGROUP GROUP c x COUNT 1 STREAMS s >; XREADGROUP GROUP g x COUNT 3 STREAMS s >; XREADGROUP GROUP f x COUNT 8 STREAMS s >; XINFO GROUPS s",
    "XTRIM s MAXLEN 3; XINFO GROUPS s; XDEL s 8; XINFO GROUPS s; XADD s 11-0 a b; XINFO GROUPS s; XTRIM s MAXLEN 1; XINFO GROUPS s; XREADGROUP GROUP a x STREAMS s >; XREADGROUP GROUP e x STREAMS s >; XINFO GROUPS s; XDEL s 11; XINFO GROUPS s; XSETID s 200 ENTRIESADDED 0; XINFO GROUPS s",
  ],
  claiming: [
    ten,
    "XGROUP CREATE s g 0; XREADGROUP GROUP g c COUNT 5 STREAMS s >; XCLAIM s g d 0 1 2; XCLAIM s g d 0 1 2 JUSTID; XCLAIM s g d 0 9; XCLAIM s g d 0 9 FORCE; XCLAIM s g d 0 99 FORCE; XCLAIM s g d 1000000 3; XPENDING s g; XDEL s 3; XCLAIM s g d 0 3; XPENDING s g",
    "XCLAIM s g d x 1; XCLAIM s g d -5 1 JUSTID; XCLAIM s g d 0 1 IDLE; XCLAIM s g d 0 1 IDLE x; XCLAIM s g d 0 1 TIME x; XCLAIM s g d 0 1 RETRYCOUNT x; XCLAIM s g d 0 1 LASTID x; XCLAIM s g d 0 1 NOPE; XCLAIM s none d 0 1; XCLAIM none g d 0 1; XCLAIM s g d 0 x",
    `XCLAIM s g d 0 4 4 1 JUSTID RETRYCOUNT 7; XCLAIM s g e 0 4 RETRYCOUNT ${max}; XCLAIM s g e 0 4; XCLAIM s g e 0 5 RETRYCOUNT -1 JUSTID; XCLAIM s g e 0 8 FORCE JUSTID LASTID 9; XINFO GROUPS s; XCLAIM s g e 0 LASTID 3; XCLAIM s g e 0 1-0 LASTID 10; XINFO GROUPS s`,
    "XCLAIM s g new 0 77; XINFO CONSUMERS s g; XCLAIM s g f 0 1 idle 0 time 5 force justid; XPENDING s g",
    "XAUTOCLAIM s g h 0 0; XAUTOCLAIM s g h 0 - COUNT 2; XAUTOCLAIM s g h 0 (1 COUNT 1 JUSTID; XAUTOCLAIM s g h 99999999 0; XAUTOCLAIM s g h 0 50; XAUTOCLAIM s g h 0 x; XAUTOCLAIM s g h x 0; XAUTOCLAIM s g h 0 0 COUNT 0; XAUTOCLAIM s g h 0 0 COUNT x; XAUTOCLAIM s g h 0 0 COUNT",
    `XAUTOCLAIM s g h 0 0 NOPE; XAUTOCLAIM s none h 0 0; XAUTOCLAIM none g h 0 0; XAUTOCLAIM none g h x 0; XAUTOCLAIM s g h 0 (${top}-${top}; XAUTOCLAIM s g h 0 0 COUNT ${max}; XAUTOCLAIM s g h 0 0 COUNT 576460752303423488; XAUTOCLAIM s g h 0 0 COUNT -1`,
    "XDEL s 1 2 4; XAUTOCLAIM s g i 0 0 COUNT 2; XPENDING s g; XAUTOCLAIM s g i 0 0; XAUTOCLAIM s g i 0 0 COUNT 1; XAUTOCLAIM s g i 0 0 JUSTID COUNT 1; XPENDING s g; XTRIM s MAXLEN 0; XAUTOCLAIM s g j 0 -; XINFO GROUPS s",
  ],
  "what is pending": [
    ten,
    "XGROUP CREATE s g 0; XPENDING s g; XPENDING s g - + 5; XREADGROUP GROUP g c COUNT 3 STREAMS s >; XREADGROUP GROUP g d COUNT 3 STREAMS s >; XPENDING s g; XPENDING s g - + 0; XPENDING s g - + -1; XPENDING s g - + 10 none",
    "XPENDING s g -; XPENDING s g - +; XPENDING s g x + 1; XPENDING s g - x 1; XPENDING s g - + x; XPENDING s g - + 1 c x; XPENDING s g IDLE; XPENDING s g IDLE 0 - +; XPENDING s g IDLE x - + 1; XPENDING s g IDLE 100000 - + 10; XPENDING s g IDLE 100000 - + 10 c",
    `XPENDING s g (${top}-${top} + 1; XPENDING s g - (0-0 1; XPENDING s none - + 1; XPENDING none g - + 1; XPENDING s g IDLE 5 - + 10 c d; XPENDING s g - + 10 c d e f`,
  ],
  "keys that hold streams": [
    ten,
    "XGROUP CREATE s g 0; XREADGROUP GROUP g c COUNT 2 STREAMS s >; TYPE s; OBJECT ENCODING s; OBJECT REFCOUNT s; EXPIREAT s 4102444800; XADD s 11-0 a b; EXPIRETIME s; PERSIST s; SCAN 0 TYPE stream; SCAN 0 TYPE list",
    "COPY s t; XADD t 12-0 a b; XACK t g 1; XLEN s; XLEN t; XPENDING s g; XPENDING t g; XINFO GROUPS t; XINFO STREAM t; RENAME t u; XRANGE u - + COUNT 1; MOVE u 3; EXISTS u; SELECT 3; XINFO STREAM u; XPENDING u g; MOVE u 0; SELECT 0; COPY s u; COPY s u REPLACE; XPENDING u g",
    "SORT s; UNLINK u; FLUSHALL; DBSIZE",
  ],
  "docs of the commands": [
    "COMMAND INFO xadd xlen xrange xrevrange xread xdel xtrim xsetid xreadgroup xack xclaim xautoclaim xpending",
    "COMMAND GETKEYS XREAD STREAMS a b 0 0; COMMAND GETKEYS XREADGROUP GROUP g c COUNT 1 STREAMS a b > >; COMMAND GETKEYSANDFLAGS XADD a * b c; COMMAND GETKEYS XREAD COUNT 1; COMMAND GETKEYS XREAD STREAMS a",
    "COMMAND GETKEYS XGROUP CREATE a g 0; COMMAND GETKEYSANDFLAGS XINFO STREAM a; COMMAND GETKEYS XREAD COUNT streams STREAMS a 0; COMMAND GETKEYSANDFLAGS XREADGROUP GROUP streams c STREAMS a b 0 0",
  ],
};

testStories(stories, {
  config: { "stream-node-max-entries": "100", "stream-node-max-bytes": "4096" },
  comparable: untimed,
});

// Idle times and times of delivery are each server's own.
function untimed(reply: string, [name, subcommand]: readonly string[]): string {
  if (name === "XINFO" && subcommand === "CONSUMERS") return reply.replaceAll(/(idle\r\n):\d+/g, "$1:0");
  if (name === "XPENDING") return reply.replaceAll(/(\r\n):\d+(\r\n:\d+\r\n)/g, "$1:0$2");
  return reply;
}

testArgumentDocs(
  streamCommands.flatMap(
    ({ name, subcommands }) => subcommands?.map((each) => `${name}|${each.name}`) ?? [name],
  ),
  { isComplexitySame: true },
);

// Streams whose groups say when something was read have payloads of their own time; those of plain ones are compared.
const plain = ["p1", "p2"];
const grouped = ["g1", "g2", "s"];
const values = [
  ...["a", "b", "1", "2", "-7", "300", "70000", "9007199254740993", max, min, "", "01", "1.5"],
  ...["x".repeat(64), "y".repeat(300), "z".repeat(5000), "\u00ff\u0000\r\n"],
];

function drawing(): (rng: Rng) => readonly string[] {
  let ms = 100;
  return (rng) => {
    const one = (list: readonly string[]): string => list[rng.below(list.length)] ?? "";
    const isPlain = rng.chance(1, 2);
    const key = one(isPlain ? plain : grouped);
    const value = (): string => (rng.chance(1, 3) ? `v${rng.below(40)}` : one(values));
    const id = (): string => {
      const near = ms - rng.below(rng.chance(1, 3) ? 200 : 12);
      return rng.chance(1, 4) ? `${near}` : `${near}-${rng.below(3)}`;
    };
    const newId = (): string => {
      if (rng.chance(1, 12)) return id();
      if (rng.chance(1, 60)) ms += 100_000 * (1 + rng.below(2 ** 20));
      if (rng.chance(2, 3)) ms += 1 + rng.below(3);
      return `${ms}-*`;
    };
    const edge = (): string =>
      rng.chance(1, 3) ? one(["-", "+", "0", "99999999999999"]) : `${one(["", "", "("])}${id()}`;
    const group = one(["g", "h"]);
    const consumer = one(["c", "d", "e"]);
    const count = `${1 + rng.below(rng.chance(1, 3) ? 100 : 6)}`;
    const fields = (): string[] => {
      const names = one(["a", "a b", "a b c", "1", "f"]).split(" ");
      return names.flatMap((name) => [name, value()]);
    };
    const trim = (): string[] => {
      const sign = one(["~", "=", "~"]);
      const limit = sign === "~" && rng.chance(1, 2) ? ["LIMIT", `${rng.below(30)}`] : [];
      if (rng.chance(1, 2)) return ["MAXLEN", sign, `${rng.below(120)}`, ...limit];
      return ["MINID", sign, id(), ...limit];
    };
    switch (rng.below(isPlain ? 16 : 27)) {
      case 0:
        return ["XADD", key, ...trim(), newId(), ...fields()];
      case 1:
      case 2:
      case 3:
      case 4:
      case 5:
        return ["XADD", key, newId(), ...fields()];
      case 6:
        return ["XRANGE", key, edge(), edge(), ...(rng.chance(1, 2) ? ["COUNT", count] : [])];
      case 7:
        return ["XREVRANGE", key, edge(), edge(), ...(rng.chance(1, 2) ? ["COUNT", count] : [])];
      case 8:
      case 9:
        return ["XDEL", key, ...Array.from({ length: 1 + rng.below(5) }, id)];
      case 10:
        return rng.chance(1, 2) ? ["XTRIM", key, ...trim()] : ["XLEN", key];
      case 11:
        return ["XREAD", "COUNT", count, "STREAMS", key, one(grouped), id(), id()];
      case 12:
        return ["XINFO", "STREAM", key];
      case 13:
        return isPlain ? ["DUMP", key] : ["XINFO", "GROUPS", key];
      case 14:
        if (rng.chance(1, 3)) return ["DEL", key];
        return rng.chance(1, 2) ? ["COPY", key, one(isPlain ? plain : grouped)] : ["XSETID", key, id()];
      case 15:
        return ["XREVRANGE", key, "+", "-", "COUNT", "1"];
      case 16:
        return [
          "XGROUP",
          "CREATE",
          key,
          group,
          one(["0", "$", id()]),
          ...(rng.chance(1, 4) ? ["MKSTREAM"] : []),
        ];
      case 17:
      case 18:
        return ["XREADGROUP", "GROUP", group, consumer, "COUNT", count, "STREAMS", key, ">"];
      case 19:
        return ["XREADGROUP", "GROUP", group, consumer, "COUNT", count, "STREAMS", key, id()];
      case 20:
      case 21:
        return ["XACK", key, group, ...Array.from({ length: 1 + rng.below(8) }, id)];
      case 22:
        return [
          ...["XCLAIM", key, group, consumer, "0", id(), id(), id()],
          ...one(["", "JUSTID", "FORCE", "RETRYCOUNT 3", "FORCE JUSTID"]).split(" ").filter(Boolean),
        ];
      case 23:
        return [
          "XAUTOCLAIM",
          key,
          group,
          consumer,
          "0",
          id(),
          "COUNT",
          count,
          ...(rng.chance(1, 2) ? ["JUSTID"] : []),
        ];
      case 24:
        return ["XPENDING", key, group];
      case 25:
        if (rng.chance(1, 3)) return ["XGROUP", "SETID", key, group, one(["0", "$", id()])];
        if (rng.chance(1, 3)) return ["XGROUP", "DELCONSUMER", key, group, consumer];
        return rng.chance(1, 4)
          ? ["XGROUP", "DESTROY", key, group]
          : ["XGROUP", "CREATECONSUMER", key, group, consumer];
      default:
        return ["XINFO", "GROUPS", key];
    }
  };
}

testRandomCalls({
  drawing,
  calls: 6000,
  keys: [...plain, ...grouped],
  configs: [
    {},
    { "stream-node-max-entries": "5" },
    { "stream-node-max-entries": "0", "stream-node-max-bytes": "300" },
  ],
});

// What several clients see, each line the requests that one of them sends at once.
const conversations: Readonly<Record<string, readonly string[]>> = {
  waiting: [
    "a: XREAD BLOCK 0 STREAMS s t $ $",
    "b: XREAD BLOCK 0 COUNT 1 STREAMS t 5",
    "d: HELLO 3; XREAD BLOCK 0 STREAMS u t 0 0",
    "c: XADD t 3-0 a b",
    "c: XADD s 1-0 a b; XADD t 6-0 a b; XADD t 7-0 a b",
    "a: XREAD BLOCK 0 STREAMS s $",
    "c: MULTI; XADD s 2-0 a b; XADD s 3-0 a b; EXEC",
    "a: XREAD BLOCK 0 STREAMS s $",
    "c: MULTI; XADD s 4-0 a b; XDEL s 4-0; EXEC; DEL s; XADD s 5-0 a b",
    "a: XREAD BLOCK 0 STREAMS n 0",
    "c: XGROUP CREATE n g 0 MKSTREAM; SET m x; DEL n; RPUSH n x; DEL n; XADD o 1-0 a b; RENAME o n",
    "a: XREAD BLOCK 0 STREAMS w $",
    "c: XADD v 1-0 a b; COPY v w; DEL v",
    "c: MULTI; XREAD BLOCK 0 STREAMS none $; XREAD BLOCK 0 STREAMS w 0; EXEC",
    "a: XREAD BLOCK 0 STREAMS none 0 ; XREAD BLOCK 0 STREAMS x y z",
  ],
  "waiting as a group": [
    "c: XGROUP CREATE s g $ MKSTREAM; XGROUP CREATE t g $ MKSTREAM",
    "a: XREADGROUP GROUP g a BLOCK 0 STREAMS s t > >",
    "b: XREADGROUP GROUP g b COUNT 1 BLOCK 0 STREAMS s >",
    "d: HELLO 3; XREADGROUP GROUP g d BLOCK 0 NOACK STREAMS s >",
    "c: MULTI; XADD s 1-0 a b; XADD s 2-0 a b; EXEC; XADD s 3-0 a b; XADD s 4-0 a b; XADD s 5-0 a b; XPENDING s g; XINFO GROUPS s",
    "a: XREADGROUP GROUP g a BLOCK 0 STREAMS s >",
    "b: XREADGROUP GROUP g b BLOCK 0 STREAMS s >",
    "c: XREADGROUP GROUP g a STREAMS s >; XADD s 6-0 a b; XGROUP DESTROY s g",
    "a: XREADGROUP GROUP g a BLOCK 0 STREAMS t >",
    "c: DEL t; XGROUP CREATE t g $ MKSTREAM",
    "a: XREADGROUP GROUP g a BLOCK 0 STREAMS t >",
    "c: SET t x; DEL t; XGROUP CREATE t g $ MKSTREAM",
    "a: XREADGROUP GROUP g a BLOCK 0 STREAMS t >",
    "c: XADD u 1-0 a b; RENAME u t; DEL t; XGROUP CREATE t g $ MKSTREAM",
    "a: XREADGROUP GROUP g a BLOCK 0 STREAMS t >",
    "c: XSETID t 5; XGROUP SETID t g 0; XADD t 6-0 a b; FLUSHALL; XGROUP CREATE t g $ MKSTREAM",
    "a: XREADGROUP GROUP g a BLOCK 0 STREAMS t >; XREADGROUP GROUP g a BLOCK 0 STREAMS t 0",
    "c: FLUSHALL",
    "c: XGROUP CREATE t g $ MKSTREAM; MULTI; XREADGROUP GROUP g a BLOCK 0 STREAMS t >; EXEC",
  ],
  watching: [
    "a: XADD s 1-0 a b; XADD s 2-0 a b; XGROUP CREATE s g 0; WATCH s",
    "b: XREADGROUP GROUP g c STREAMS s >; XACK s g 1-0; XCLAIM s g d 0 2-0; XGROUP CREATE s h 0; XGROUP DESTROY s h; XGROUP SETID s g 0; XSETID s 9",
    "a: MULTI; PING; EXEC; WATCH s",
    "b: XDEL s 99; XTRIM s MAXLEN 5; XADD none NOMKSTREAM 1-0 a b; XADD s 1-0 a b; XGROUP CREATECONSUMER s g z; XGROUP DELCONSUMER s g z; XAUTOCLAIM s g c 0 0",
    "a: MULTI; PING; EXEC; WATCH s",
    "b: XADD s 10-0 a b",
    "a: MULTI; PING; EXEC; WATCH s",
    "b: XDEL s 10-0",
    "a: MULTI; PING; EXEC; WATCH s",
    "b: XTRIM s MAXLEN 0",
    "a: MULTI; PING; EXEC; WATCH n",
    "b: XGROUP CREATE n g 0 MKSTREAM",
    "a: MULTI; PING; EXEC",
  ],
  events: [
    "c: CONFIG SET notify-keyspace-events KEAnm",
    "a: PSUBSCRIBE __key*__:*",
    "c: XADD s 1-0 a b; XADD s 2-0 a b; XADD s MAXLEN 1 3-0 a b; XADD s MAXLEN 5 4-0 a b; XADD s NOMKSTREAM 4-0 a b; XDEL s 4-0 5-0; XDEL s 9; XTRIM s MAXLEN 9; XTRIM s MAXLEN 0; XSETID s 20",
    "c: XGROUP CREATE s g 0; XGROUP CREATE n g 0 MKSTREAM; XGROUP SETID s g 0; XGROUP CREATECONSUMER s g c; XGROUP CREATECONSUMER s g c; XGROUP DELCONSUMER s g c; XGROUP DELCONSUMER s g c",
    "c: XADD s 21-0 a b; XREADGROUP GROUP g d STREAMS s >; XREADGROUP GROUP g e STREAMS s >; XREADGROUP GROUP g e STREAMS s 0; XCLAIM s g f 0 21-0; XAUTOCLAIM s g h 0 0; XACK s g 21-0; XGROUP DESTROY s g; XGROUP DESTROY s g",
    "c: XREAD STREAMS none 0; XLEN none; XRANGE none - +; XINFO STREAM none; XACK none g 1; XPENDING none g; XCLAIM none g c 0 1; XAUTOCLAIM none g c 0 0; XREADGROUP GROUP g c STREAMS none >; XDEL none 1; XTRIM none MAXLEN 0",
    "c: XGROUP CREATE n h $; DEL n",
    "b: XREAD BLOCK 0 STREAMS w $",
    "c: XADD w 1-0 a b; XGROUP CREATE w g $",
    "b: XREADGROUP GROUP g c BLOCK 0 STREAMS w >",
    "c: XADD w 2-0 a b",
  ],
};

testConversations(conversations);
