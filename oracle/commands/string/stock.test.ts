import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

// No call depends on how fast the other is asked: times to live are long or over.
await testAgainstStock(
  "strings",
  String.raw`
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
`,
);
