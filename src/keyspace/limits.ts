// Limits: up to which size a collection has its compact encoding. The names are the configuration's, so that
// Config itself can be passed and CONFIG SET works at once.

export type CollectionLimits = {
  readonly hashMaxListpackEntries: number;
  readonly hashMaxListpackValue: number;
  /** Of the parts of a list in RDB files: elements, or below zero a size (-1: 4 KB, -2: 8 KB ... -5: 64 KB). */
  readonly listMaxListpackSize: number;
  readonly setMaxIntsetEntries: number;
  readonly zsetMaxListpackEntries: number;
  readonly zsetMaxListpackValue: number;
  /** Bytes of a node of a stream, 0 for as many as there can be, and its entries, 0 for any number. */
  readonly streamNodeMaxBytes: number;
  readonly streamNodeMaxEntries: number;
};

/** Redis's defaults. */
export const defaultLimits: CollectionLimits = {
  hashMaxListpackEntries: 512,
  hashMaxListpackValue: 64,
  listMaxListpackSize: -2,
  setMaxIntsetEntries: 512,
  zsetMaxListpackEntries: 128,
  zsetMaxListpackValue: 64,
  streamNodeMaxBytes: 4096,
  streamNodeMaxEntries: 100,
};

/** The latest time at which a field of a hash may expire, in ms of Unix time: the one of Redis. */
export const fieldExpiryMsMax = 2 ** 46 - 1;
