// Calls at the edges of what commands take, replayed against a stock server and the oracle (stock.test.ts).
//
// One call a line, in order; words in double quotes may hold \r \n \" \\ and \xHH. A line that begins with "#" says
// what follows. No call depends on how fast the other is asked: times to live are long or over.

export const stockCalls: string = String.raw`
# Names, arity, subcommands
nosuch
nosuch a b
"no\r\nsuch" "a\r\n" "b\x00c"
xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
nosuch aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb c
"" a
get
get a b
GeT a
object
object nosuch
object encoding
"object" "nos\r\nuch\x00x"
client
client nosuch
config bad
command bad
memory bad
slowlog bad
latency bad
client|list
ping
ping a
ping a b
echo "a\x00\xff"
echo
# SET and its options
set k v nx
set k v nx
set k w xx
set none w xx
set k v nx xx
set k v xx xx get
set k v get
set none v get xx
set n2 v nx get
set n2 v nx get
set k v ex 100 px 100
set k v ex 100 ex 200
set k v ex
set k v ex 0
set k v ex -1
set k v ex abc
set k v ex 9223372036854775807
set k v ex 9223372036854775
set k v px 9223372036854775807
set k v pxat 0
set k v exat 9223372036854775807
set k v exat 1
get k
set k v pxat 99999999999999
pexpiretime k
set k w keepttl
pexpiretime k
set k w keepttl ex 10
set k w ex 10 keepttl
set k w persist
pttl k
set k w
ttl k
set k w nosuch
# Numbers and their encodings
set n 10
object encoding n
incr n
incrby n 9223372036854775797
get n
decrby n -9223372036854775808
decrby n -1
set n abc
incr n
incrby n abc
incrby n 1.5
decrby n ""
set n 010
incr n
set n "10 "
incr n
set n " 10"
decr n
set n -0
incr n
set n +5
object encoding n
incr n
set n 9223372036854775808
object encoding n
incr n
set n 9223372036854775807
object encoding n
incr n
decr n
set n -9223372036854775808
decr n
incrby none 5
set n 1
append n 5
object encoding n
incr n
object encoding n
setrange n 0 7
object encoding n
get n
getset n 3
object encoding n
set e ""
object encoding e
incr e
incrbyfloat e 1
set long 12345678901234567890123456789012345678901234
object encoding long
append long 5
object encoding long
set long 123456789012345678901234567890123456789012345
object encoding long
append fresh 12
object encoding fresh
append fresh ""
object encoding fresh
append empty ""
exists empty
setrange empty2 0 ""
exists empty2
setrange made 0 12
object encoding made
setrange made -1 x
setrange made x x
setrange made 536870912 x
setrange made 536870911 ""
setrange made 5 "\x00z"
get made
# Floats
set f 10.50
incrbyfloat f 0.1
object encoding f
incrbyfloat f -5
incrbyfloat f 5.0e3
incrbyfloat f abc
incrbyfloat f ""
incrbyfloat f " 1"
incrbyfloat f 1e400
incrbyfloat f -1e400
incrbyfloat f 1e5000
incrbyfloat f 1e-5000
incrbyfloat f inf
incrbyfloat f nan
incrbyfloat f 0x10
incrbyfloat f 0x1.8p1
incrbyfloat f +1
incrbyfloat f .5
incrbyfloat f 5.
set f 1
incrbyfloat f 1
object encoding f
set f 3.0e3
incrbyfloat f 200
set f 0.1
incrbyfloat f 0.2
set f 1
incrbyfloat f 0.00000000000000001
incrbyfloat f -1
incrbyfloat f -0.00000000000000001
set f 1.7976931348623157e308
incrbyfloat f 1
set f 123456789012345678901234567890
incrbyfloat f 0.5
set f 18446744073709551615
incrbyfloat f 1
set f 18446744073709551616
incrbyfloat f 1
set f 3.1415926535897932384626433832795
incrbyfloat f 0
# Ranges
set s "Hello World"
getrange s 0 -1
getrange s -3 -1
getrange s -1 -3
getrange s 3 1
getrange s -100 100
getrange s -100 -50
getrange s 5 9223372036854775807
getrange s -9223372036854775808 3
getrange s 9223372036854775808 3
getrange s a 3
substr s 0 4
getrange none 0 -1
strlen s
strlen none
# Several keys
mset a 1 b 2
mset a 1 b
mset a 1 a 2
mget a b none
msetnx a 5 c 6
msetnx m1 5 m2 6
msetnx m3 5 m4
mget m1 m2 c
del a a none
exists b b none
touch b b none
unlink b none
type b
type s
getdel s
getdel s
getset g 1
getset g 2
setnx g 3
setnx g2 3
setex g2 100 v
ttl g2
setex g2 0 v
setex g2 -5 v
setex g2 abc v
psetex g2 0 v
setex g2 9223372036854775807 v
# GETEX
set x v
getex x
getex x ex 100
ttl x
getex x persist
ttl x
getex x persist ex 10
getex x ex 10 persist
getex x ex 10 px 10
getex x ex 10 ex 20
getex x ex 0
getex none ex 0
getex x ex abc
getex x keepttl
getex x nosuch
getex x pxat 1
exists x
# LCS
mset la ohmytext lb mynewtext
lcs la lb
lcs la lb len
lcs la lb idx
lcs la lb idx minmatchlen 4
lcs la lb idx minmatchlen 4 withmatchlen
lcs la lb idx withmatchlen minmatchlen -5
lcs la lb idx len
lcs la lb minmatchlen
lcs la lb minmatchlen x
lcs la lb nosuch
lcs none lb
lcs none none idx
lcs la lb minmatchlen 100
mset la ABCBDAB lb BDCABA
lcs la lb
lcs la lb idx
# Bits
set bits "foobar"
bitcount bits
bitcount bits 0 0
bitcount bits 1 1
bitcount bits 1 -2 byte
bitcount bits 5 30 BIT
bitcount bits -5 -1 bit
bitcount bits -1 -5 bit
bitcount bits 0
bitcount none 0
bitcount bits 0 x
bitcount bits 0 1 nosuch
bitcount bits -1 -5 nosuch
bitcount bits 0 1 bit x
bitcount bits 100 200
bitcount bits -100 -90
setbit b1 7 1
setbit b1 7 0
setbit b1 7 2
setbit b1 -1 0
setbit b1 4294967296 1
setbit b1 x 1
setbit b1 100 1
getbit b1 100
getbit b1 101
getbit b1 10000
getbit b1 x
getbit b1 4294967295
getbit none 5
bitpos bits 0
bitpos bits 1
bitpos bits 1 2
bitpos bits 1 2 -1 byte
bitpos bits 0 2 -1 bit
bitpos bits 1 2 3 nosuch
bitpos bits 2
bitpos bits x
bitpos none 1
bitpos none 0 5
bitpos bits 1 x
bitpos bits 1 0 x
set ones "\xff\xff\xff"
bitpos ones 0
bitpos ones 0 0
bitpos ones 0 0 -1
bitpos ones 0 -1 -3
bitpos ones 1 5
bitpos ones 0 5
bitpos ones 0 8 15 bit
bitpos e 0
bitpos e 1
bitop and dest bits ones
get dest
bitop or dest bits none
bitop xor dest bits bits
bitop not dest bits
get dest
bitop not dest bits ones
bitop nosuch dest bits
bitop and dest none
exists dest
bitop and dest bits
bitfield bf set u8 0 200 get u8 0 incrby u8 0 100
bitfield bf overflow sat incrby u8 0 200 overflow fail incrby u8 0 200
bitfield bf overflow nosuch
bitfield bf get u64 0
bitfield bf get i64 0
bitfield bf get i65 0
bitfield bf get u0 0
bitfield bf get x8 0
bitfield bf get u8 -1
bitfield bf get u8 #2
bitfield bf set i8 #1 -1 get i8 #1 get u8 8
bitfield bf set u8 0 -1
bitfield bf overflow sat set u8 0 -1
bitfield bf overflow fail set u8 0 256
bitfield bf set i8 0 x
bitfield bf set i8 0
bitfield bf nosuch
bitfield bf overflow sat incrby i64 64 9223372036854775807 incrby i64 64 9223372036854775807
bitfield bf overflow wrap incrby i64 64 9223372036854775807 incrby i64 64 9223372036854775807
bitfield bf overflow sat set i32 0 -9223372036854775808 get i32 0
bitfield bf
bitfield none get u8 0
bitfield_ro bf get u8 0
bitfield_ro bf set u8 0 1
bitfield_ro bf overflow sat get u8 0
bitfield bf get u8 4294967295
bitfield bf get u8 4294967296
strlen bf
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
# HELLO, AUTH, RESET
auth x
auth default x
auth nobody x
auth a b c
hello
hello 1
hello 4
hello x
hello 3
hello 3 nosuch
hello 3 setname
hello 3 setname "a b"
hello 3 auth default
hello 3 auth nobody x
hello 3 auth nobody x nosuch
hello 3 setname kept nosuch
client getname
get none
mget none s
client getname
config get maxmemory
debug protocol map
debug protocol set
debug protocol true
debug protocol double
debug protocol null
debug protocol verbatim
debug protocol bignum
lcs s s idx
command getkeysandflags set a b get
info keyspace
hello 2 setname n
client getname
client setname ""
client getname
client setname "a b"
client setname "a\n"
config set requirepass secret
get s
reset
get s
nosuch
get
client nosuch
auth wrong
auth default wrong
auth nobody secret
hello 3
hello 3 auth default wrong
ping
hello 2 auth default secret setname x
get s
client getname
reset
auth secret
get s
auth default secret
reset
quit2
auth default secret
config set requirepass ""
auth secret
# CLIENT
client id
client getredir
client info
client list
client list type normal
client list type nosuch
client list type
client list id x
client list id
client list id 99999999
client list nosuch
client kill
client kill 1.2.3.4:5
client kill id x
client kill id 0
client kill id 99999999
client kill type nosuch
client kill type pubsub
client kill user nobody
client kill skipme maybe
client kill nosuch x
client kill id 99999999 skipme
client no-evict on
client no-evict maybe
client pause x
client pause -1
client pause 1 nosuch
client pause x nosuch
client pause 1 write x
client unpause
client reply nosuch
client unblock x
client unblock 99999999
client unblock 99999999 nosuch
client unblock 99999999 error
client unblock 1 timeout x
client help
# CONFIG
config get
config get maxmemory
config get MAXMEMORY maxm[e]mory
config get nosuch
config get max* hash*
config get ""
config set
config set timeout
config set timeout 1 hz
config set timeout x
config set timeout 0
config set TIMEOUT -1
config set timeout 1 timeout 2
config set timeout 0 TIMEOUT 0
config set nosuch 1
config set "no\r\nsuch\x00x" 1
config set timeout x nosuch 1
config set databases 5
config set dir /
config set hash-max-listpack-value 1kb
config get hash-max-*-value
config set hash-max-listpack-value 64
config set hash-max-listpack-value 1t
config set hash-max-listpack-value -1
config set proto-max-bulk-len 10
config set maxmemory-policy nosuch
config set maxmemory-policy NOEVICTION
config get maxmemory-policy
config set lazyfree-lazy-expire maybe
config set latency-tracking-info-percentiles "50 99.99 0.1"
config get latency-tracking-info-percentiles
config set latency-tracking-info-percentiles 101
config set latency-tracking-info-percentiles "50 99 99.9"
config set notify-keyspace-events KEA
config get notify-keyspace-events
config set notify-keyspace-events q
config set notify-keyspace-events ""
config set client-output-buffer-limit "pubsub 1mb 2k 5"
config get client-output-buffer-limit
config set client-output-buffer-limit "nosuch 1 2 3"
config set client-output-buffer-limit "normal 1 2"
config set hz 0
config get hz
config set hz 10
config rewrite
config resetstat
config help
# The server of itself
command count
command count x
command
command info get nosuch mset
command docs get
command list filterby pattern get*
command list filterby aclcat nosuch
command list filterby module nosuch
command list filterby nosuch x
command list nosuch
command getkeys get a
command getkeys mset a b c d
command getkeys mset a b c
command getkeys nosuch a
command getkeys ping a
command getkeys get a b
command getkeys bitop and a b c
command getkeys object encoding a
command getkeys object nosuch a
command getkeys client list
command getkeysandflags set a b
command getkeysandflags bitfield a get u8 0
command getkeysandflags bitfield a get u8 0 set u8 0 1
command getkeysandflags rename a b
command getkeysandflags bitop and a b c
info
info nosuch
info server keyspace
info everything
role
time
lolwut
lolwut version x
memory usage s
memory usage none
memory usage s samples 5
memory usage s samples -1
memory usage s samples x
memory usage s samples
memory usage none nosuch
memory doctor
memory stats
memory purge
latency latest
latency history nosuch
latency reset
latency reset a b
latency graph "no\x00such"
latency histogram
latency doctor
slowlog get
slowlog get 0
slowlog get -1
slowlog get -2
slowlog get x
slowlog get 1 2
slowlog len
slowlog reset
shutdown nosuch
shutdown abort
shutdown abort now
shutdown save nosave
monitor x
debug error "ABC d\r\ne"
debug sleep 0
debug populate 3
debug populate 3 p 60
debug populate x
debug populate -1
debug populate 1 p x
get key:2
get p:2
object encoding p:2
debug object s
debug object none
debug digest-value s none
debug error
dbsize
flushall
dbsize
`;
