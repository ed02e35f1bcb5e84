// All commands of the geo family, by name.

import type { CommandDeclaration } from "../define.ts";
import { geoadd } from "./geoadd.ts";
import { geodist, geohash, geopos } from "./geopos.ts";
import { searchCommands } from "./geosearch.ts";

export const geoCommands: readonly CommandDeclaration[] = [
  geoadd,
  geodist,
  geohash,
  geopos,
  ...searchCommands,
];
