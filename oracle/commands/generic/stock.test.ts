import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

// No call depends on how fast the other is asked: times to live are long or over.
await testAgainstStock(
  "keys",
  String.raw`
# Expiry
set t v
expire t 100 nx
expire t 200 nx
expire t 200 xx
expire t 100000 gt
expire t 10 gt
expire t 100 lt
expire t 100 nx xx
expire t 100 gt lt
expire t 100 xx gt
expire t 100 nosuch
expire t 100 "no\r\nsuch\x00x"
expire t abc
expire t ""
expire t 9223372036854775807
expire t -9223372036854775808
expire t 9223372036854775
expire none 9223372036854775807
expire none abc
expire none 1
pexpire t 9223372036854775807
persist t
persist t
expire t 100 xx
expire t 100 gt
expire t 100000 lt
expireat t 33177117420
expiretime t
pexpiretime t
expireat t 33177117420 gt
pexpireat t 33177117420500
expiretime t
pexpireat t 33177117420499
expiretime t
ttl none
pttl none
expiretime none
pexpiretime e
expire t 0
exists t
set t v
expireat t 1
exists t
set t v
pexpireat t -1
exists t
# Whole keys
set e ""
set r1 v px 33177117420500
rename r1 r2
rename r1 r2
rename r2 r2
renamenx r2 r2
renamenx r2 e
renamenx r2 r3
renamenx none r3
copy r3 r4
copy r3 r4
copy r3 r4 replace
copy r3 r3
copy r3 r3 db 0
copy r3 r3 db 1
copy r3 r4 db 16
copy r3 r4 db -1
copy r3 r4 db x
copy r3 r4 db 99999999999
copy r3 r4 db
copy r3 r4 nosuch
copy none r4
move r3 0
move r3 1
move r3 2
move r3 2
move none 2
move r4 x
move r4 16
move r4 99999999999
select 2
get r3
dbsize
select 16
select -1
select x
select 99999999999
select 1
keys *
swapdb 1 2
keys *
swapdb 1 16
swapdb 1 x
swapdb x 1
swapdb 99999999999 x
swapdb 1 1
flushdb nosuch
flushdb sync async
flushdb async
dbsize
randomkey
select 0
# Patterns
flushall
mset a 1 ab 1 abc 1 "a*c" 1 "" 1 "[a]" 1 "a\\b" 1 "\xff\x00" 1
keys *
keys **
keys a?
keys a*
keys a\*c
keys a\\*
keys [a]*
keys \[a]
keys [^a]*
keys [a
keys [
keys [^
keys [c-a]*
keys [a-
keys a[b-
keys *c
keys ?
keys ""
keys "\xff*"
keys *\
keys [\]a]b
scan 0
scan 0 count 1000
scan 0 match a* count 1000
scan 0 type string
scan 0 type STRING
scan 0 type list
scan 0 type nosuch
scan 0 count 0
scan 0 count -1
scan 0 count x
scan 0 match
scan 0 nosuch 1
scan x
scan -1
scan +0
scan " 0"
scan ""
scan "0\x00x"
scan 18446744073709551615
scan 18446744073709551616
scan x nosuch
randomkey
dbsize
# OBJECT
object encoding none
object refcount none
object idletime none
object freq none
object freq a
object idletime a
object refcount a
object refcount ab
object encoding a b
object help
config set maxmemory-policy allkeys-lfu
object idletime a
object freq a
config set maxmemory-policy noeviction
# DUMP and RESTORE
flushall
mset i8 100 i16 -1000 i32 100000 i64 10000000000 s abc m8 -128 m32 -2147483648 u32 2147483648 z 007
dump i8
dump i16
dump i32
dump i64
dump m8
dump m32
dump u32
dump z
dump s
dump none
restore r 0 "\x00\x03abc\n\x00\xab\xcd"
restore r 0 ""
restore r x ""
restore r -1 ""
restore s 0 ""
restore s 0 "" replace
restore r 0 "" nosuch
restore r 0 "" idletime
restore r 0 "" idletime x
restore r 0 "" idletime -1
restore r 0 "" freq 256
restore r 0 "" freq x
restore r 0 "" freq 5 idletime 5
restore r 0 "\x00\xc0d\n\x00,$\x86\xdds\x9f\xd2\x92"
get r
`,
);
