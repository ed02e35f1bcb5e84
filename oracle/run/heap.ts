// Heap: how V8 counts the memory of servers under test. Imported first, for its effect alone, by programs that run them.
//
// A server maps 32 MiB for each shard, of which a short run touches little. V8 takes 64 MiB of such memory for the sign of
// a full heap and marks all of it, again and again: a tenth and more of a run's processor time. Counted into the limit of
// the whole heap, as this makes it, it is given back in due time all the same.

import { setFlagsFromString } from "node:v8";

setFlagsFromString("--external-memory-accounted-in-global-limit");
