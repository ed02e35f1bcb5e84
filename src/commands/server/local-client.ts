// Whether a client is on this machine, which "local" in enable-debug-command and enable-protected-configs asks.

import type { ClientView } from "../context.ts";

export function isLocalClient({ isUnixSocket, remoteAddress }: ClientView): boolean {
  return isUnixSocket || /^(127\.0\.0\.1|\[?::1\]?|\[?::ffff:127\.0\.0\.1\]?):\d+$/.test(remoteAddress);
}
