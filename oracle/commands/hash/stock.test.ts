import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

await testAgainstStock(
  "hashes",
  String.raw`
# Fields and their values
set s v
hset h a 1 b 2 c 3
hset h a 1 a 2 a 3 d 4
hset h a
hset h a 1 b
hset s a 1 b
hmset h e 5 f
hmset h e 5
hmset s e 5
hsetnx h a 9
hsetnx h g 9
hsetnx s a b
hget h a
hget h none
hget none a
hget s a
hmget h a none b
hmget none a b
hmget s a
hexists h a
hexists h none
hexists s a
hstrlen h a
hstrlen none a
hstrlen s a
hlen h
hlen none
hgetall h
hgetall none
hgetall s
hkeys h
hvals h
hvals none
hdel h none a a b
hdel none a
hdel s a
hset one f v
hdel one f
exists one
hset "\x00\xff" "\r\n" ""
hgetall "\x00\xff"
type h
dump h
# Numbers
hincrby h n x
hincrby s n x
hincrby s n 1
hincrby h n 5
hincrby h n -7
hset h t abc
hincrby h t 1
hset h t ""
hincrby h t 1
hset h t " 1"
hincrby h t 1
hset h t 9223372036854775807
hincrby h t 1
hincrby h t -9223372036854775808
hincrbyfloat h u 1.5
hincrbyfloat h u 0.1
hincrbyfloat h u x
hincrbyfloat h u nan
hincrbyfloat h u inf
hincrbyfloat s u inf
hincrbyfloat s u 1
hset h t inf
hincrbyfloat h t 1
hset h t abc
hincrbyfloat h t 1
hset h t 0x10
hincrbyfloat h t 0x1p3
hincrbyfloat h t -1e-17
# Draws
hrandfield h
hrandfield none
hrandfield s
hrandfield s x
hrandfield h 3
hrandfield h 100
hrandfield h -20
hrandfield h 0
hrandfield h -0
hrandfield none 3
hrandfield h 3 withvalues
hrandfield h -3 WITHVALUES
hrandfield h 3 nope
hrandfield s 3 withvalues x
hrandfield h -9223372036854775808
hrandfield none -9223372036854775807 withvalues
hrandfield none 4611686018427387904 withvalues
hrandfield none 4611686018427387903 withvalues
# Walks
hscan h 0
hscan h 5
hscan h 0 match n count 1
hscan h 0 count 0
hscan h 0 count x
hscan h 0 match
hscan h 0 type hash
hscan h 0 novalues
hscan h x
hscan s x
hscan s 0 count 0
hscan none x
hscan none 0 count 0
hscan none 7 nonsense x
# Encodings
object encoding h
hset e a xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
object encoding e
hset e a 1
object encoding e
hset e2 a 1
hsetnx e2 a xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
object encoding e2
hsetnx e2 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 1
object encoding e2
config set hash-max-listpack-entries 3
hset e3 a 1 b 2 c 3
object encoding e3
dump e3
hset e4 a 1 b 2 c 3 d 4
object encoding e4
dump e4
hdel e4 a b c
object encoding e4
config set hash-max-listpack-entries 2
hdel e3 zz
object encoding e3
hset e3 a 1
object encoding e3
copy e3 e5
object encoding e5
config set hash-max-listpack-value 2
hincrby e6 n 12
object encoding e6
hincrby e6 n 100
object encoding e6
config set hash-max-listpack-value 64
config set hash-max-listpack-entries 512
# In RESP3
hello 3
hgetall h
hgetall none
hkeys h
hmget h a none
hincrbyfloat h u 1
hrandfield h
hrandfield none
hrandfield h 2
hrandfield h 2 withvalues
hrandfield h -4 withvalues
hscan h 0
command getkeysandflags hset h a 1
command getkeysandflags hincrby h a 1
command getkeysandflags hsetnx h a 1
command getkeysandflags hdel h a
command getkeysandflags hlen h
command info hset hgetall hrandfield
`,
);
