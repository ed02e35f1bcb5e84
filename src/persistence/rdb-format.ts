// RDB format: what a file is made of around its keys and values.
//
//   | "REDIS" | version: 4 digits | item ... | 255 | CRC-64 of all before: 8 bytes LE, or 0 |
//
//   item   250 name text                   a fact about the file or who wrote it
//          245 code                        a library of functions; 246 its form before 7.0 was out
//          254 db                          the database of the keys that follow
//          251 keys, keys with an expiry   how many there are in it, for whoever likes to know
//          252 ms, 8 bytes LE              } of the next key: its expiry, the time
//          253 seconds, 4 bytes LE         } since its last use, how often it is used
//          248 seconds                     }
//          249 frequency, 1 byte           }
//          type key value                  (value-codec.ts and those who implement it)
//          247                             data of a module
//          244 slot, keys, keys with an expiry   of a cluster, since 7.4

export const opcode = {
  slotInfo: 244,
  library: 245,
  libraryBeforeRelease: 246,
  moduleAux: 247,
  idle: 248,
  frequency: 249,
  aux: 250,
  resizeDb: 251,
  expiryMs: 252,
  expirySeconds: 253,
  selectDb: 254,
  end: 255,
} as const;

export const signature = "REDIS";
/** Signature and version. */
export const headerSizeBytes = 9;
export const checksumSizeBytes = 8;
/** Files before this version have no checksum. */
export const checksumSinceVersion = 5;
/** The newest version that is read, which is the one of hashes with fields that expire. */
export const readVersionMax = 12;
