// The version of Redis whose behaviour this server reproduces, as HELLO and INFO report it: clients choose
// what they send by it, so it is not this server's own version.

export const compatibleRedisVersion = "7.0.15";
