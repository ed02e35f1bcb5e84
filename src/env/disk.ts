// Disk port: small files as whole texts: the configuration, the ACL file, and what a shadow oracle or a capture adds to.
//
// The data on disk goes through files.ts.

export type DiskFault = { readonly code: string; readonly text: string };

export interface Disk {
  /** The file's text, byte for byte (Latin-1), or why not. */
  readText(
    path: string,
  ): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: DiskFault };
  /** Replaces a file whole: written beside it, synced, renamed. Who may read it stays as it was. */
  replaceText(path: string, text: string): DiskFault | undefined;
  /** Adds Latin-1 text to the end of a file, which only its owner may read if it is new. Not synced. */
  appendText(path: string, text: string): DiskFault | undefined;
  /** Makes `path` the working folder; returns its absolute path, or why not. */
  enterFolder(
    path: string,
  ): { readonly ok: true; readonly path: string } | { readonly ok: false; readonly error: string };
}
