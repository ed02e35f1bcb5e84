// The commands of the family "geo".

import type { OracleCommand } from "../../command.ts";
import { geoadd } from "./geoadd.ts";
import { geodist, geohash, geopos } from "./geopos.ts";
import { searchCommands } from "./geosearch.ts";

export const geoCommands: readonly OracleCommand[] = [geoadd, geodist, geohash, geopos, ...searchCommands];
