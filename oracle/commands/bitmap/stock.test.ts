import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

// No call depends on how fast the other is asked: times to live are long or over.
await testAgainstStock(
  "bits",
  String.raw`
# Bits
set e ""
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
`,
);
