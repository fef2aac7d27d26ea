/**
 * What can be wrong with an archive or its host, each with a message of its own in the text table:
 * missing (404), network (no answer), status (some other answer), ranges (Range ignored and the file
 * too large to take whole), compressed (gzip on the way), truncated, foreign (neither PMTiles nor SQLite), plain (either
 * without heat), newer (a later format), format (broken metadata or database), large (more than limits.ts lets be
 * read), changed (replaced while it was read), gone (taken away while it was read).
 */
export type ArchiveErrorKind =
  | "missing"
  | "network"
  | "status"
  | "ranges"
  | "compressed"
  | "truncated"
  | "foreign"
  | "plain"
  | "newer"
  | "format"
  | "large"
  | "changed"
  | "gone";

/** An error about the archive as a whole. The message is for the console; the page shows the text of its kind. */
export class ArchiveError extends Error {
  readonly kind: ArchiveErrorKind;

  constructor(kind: ArchiveErrorKind, message: string) {
    super(message);
    this.name = "ArchiveError";
    this.kind = kind;
  }
}
