// Geo commands: conversations.

import type { Case } from "./case.ts";

const sicily = "GEOADD key 13.361389 38.115556 Palermo 15.087269 37.502669 Catania";

export const geoCases: readonly Case[] = [
  {
    name: "places of members",
    calls: [
      sicily,
      "GEOADD key NX CH 13.5 38 Palermo 13.583333 37.316667 Agrigento",
      "GEOADD key 181 38 Palermo",
      "GEOPOS key Palermo none",
      "GEOHASH key Palermo Catania none",
      "GEODIST key Palermo Catania",
      "GEODIST key Palermo Catania mi",
      "GEODIST key Palermo none",
    ],
  },
  {
    name: "searching around a place",
    calls: [
      sicily,
      "GEOSEARCH key FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHCOORD WITHDIST WITHHASH",
      "GEOSEARCH key FROMMEMBER Palermo BYBOX 400 400 km DESC COUNT 1",
      "GEOSEARCH key FROMMEMBER none BYRADIUS 1 km",
      "GEOSEARCHSTORE {key}2 key FROMLONLAT 15 37 BYRADIUS 200 km",
      "ZRANGE {key}2 0 -1 WITHSCORES",
      "GEORADIUS key 15 37 100 km WITHDIST",
      "GEORADIUS_RO key 15 37 200 km DESC",
      "GEORADIUSBYMEMBER key Palermo 200 km ASC",
      "GEORADIUSBYMEMBER_RO key Palermo 100 km",
      "GEORADIUS key 15 37 200 km STORE {key}3",
      "ZCARD {key}3",
    ],
  },
];
