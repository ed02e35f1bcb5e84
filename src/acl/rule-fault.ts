// Rule faults: what can be wrong with a rule of a user, and what Redis says of each.

export type RuleFault =
  | "unknown-name"
  | "syntax"
  | "keys-behind-all"
  | "channels-behind-all"
  | "no-such-password"
  | "bad-hash"
  | "duplicate-user"
  | "argument-of-subcommand";

/** The end of the error's text for each. */
export const faultTexts: Readonly<Record<RuleFault, string>> = {
  "unknown-name": "Unknown command or category name in ACL",
  syntax: "Syntax error",
  "keys-behind-all":
    "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. " +
    "Try 'resetkeys' to start with an empty list of patterns",
  "channels-behind-all":
    "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. " +
    "Try 'resetchannels' to start with an empty list of channels",
  "no-such-password": "The password you are trying to remove from the user does not exist",
  "bad-hash":
    "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters",
  "duplicate-user": "Duplicate user found. A user can only be defined once in config files",
  "argument-of-subcommand": "Allowing first-arg of a subcommand is not supported",
};

/** The text up to its first NUL: what Redis reads where it takes a text for a C string. */
export function beforeNul(text: string): string {
  const nul = text.indexOf("\0");
  return nul < 0 ? text : text.slice(0, nul);
}

/** Whether a text has what names of users and patterns must not have: white space or NUL. */
export function hasSpaces(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0 || code === 32 || (code >= 9 && code <= 13)) return true;
  }
  return false;
}
