// Whether a client is on this machine, which "local" in enable-debug-command and enable-protected-configs asks.

import type { ClientView } from "../context.ts";

/** Whether enable-debug-command, whose value is given, lets this client use DEBUG. */
export function mayDebug(enableDebugCommand: string, client: ClientView): boolean {
  return enableDebugCommand === "yes" || (enableDebugCommand === "local" && isLocalClient(client));
}

export function isLocalClient({ isUnixSocket, remoteAddress }: ClientView): boolean {
  return isUnixSocket || /^(127\.0\.0\.1|\[?::1\]?|\[?::ffff:127\.0\.0\.1\]?):\d+$/.test(remoteAddress);
}
