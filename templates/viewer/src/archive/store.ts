// Where the archive's bytes come from: a host that answers range requests, or a
// file the user picked. A store knows nothing of what kind of file it is.

import { ArchiveError } from "./errors.ts";
import { planSpans, type Range } from "./ranges.ts";

export interface ByteStore {
  /** Reads length bytes at offset; fewer where the file ends. Rejects with ArchiveError or AbortError. */
  read(offset: number, length: number, signal?: AbortSignal): Promise<ArrayBuffer>;
  /** Forgets what was remembered of the file, so that a replaced one is read afresh. */
  reset(): void;
  /** Bytes of the whole file; undefined until known, or for ever on a host that does not tell. */
  readonly size: number | undefined;
}

/** A file picked or dropped by the user; also the whole of a small archive from a host without ranges. */
export class BlobStore implements ByteStore {
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  async read(offset: number, length: number): Promise<ArrayBuffer> {
    try {
      return await this.#blob.slice(offset, offset + length).arrayBuffer();
    } catch (cause) {
      // A picked file that has been replaced on disk cannot be read any more.
      throw new ArchiveError("changed", `reading the file: ${cause}`);
    }
  }

  reset(): void {}

  get size(): number {
    return this.#blob.size;
  }
}

/** Archives up to this size are taken whole from a host that ignores Range. */
export const MAX_WHOLE = 64 * 1024 * 1024;

/** The first read takes this much, so that header, root directory and metadata usually come in one request. */
export const HEAD = 64 * 1024;

/** And this much of a database: four pages, with schema, metadata and the root of the first tiles. */
export const DATABASE_HEAD = 128 * 1024;

/** Reads asked for within this time travel together; a frame's tiles all ask within it. */
const WINDOW_MS = 4;

interface Waiter extends Range {
  signal?: AbortSignal;
  resolve: (data: ArrayBuffer) => void;
  reject: (reason: unknown) => void;
}

/** A file on a host that answers range requests. */
export class HttpStore implements ByteStore {
  readonly #url: string;
  readonly #headLength: number;
  #waiting: Waiter[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #head: Promise<ArrayBuffer> | undefined;
  #etag: string | undefined;
  /** Whether the host has answered with a part before. */
  #ranged = false;
  #cache: RequestCache = "default";
  #whole: BlobStore | undefined;
  size: number | undefined;
  /** Requests sent so far, for tests and the curious. */
  requests = 0;

  /** headLength is what the first read takes. */
  constructor(url: string, headLength = HEAD) {
    this.#url = url;
    this.#headLength = headLength;
  }

  reset(): void {
    this.#head = undefined;
    this.#etag = undefined;
    this.#ranged = false;
    this.#cache = "no-store"; // what a browser remembers may be the file's older self
    this.#whole = undefined;
    this.size = undefined;
  }

  async read(offset: number, length: number, signal?: AbortSignal): Promise<ArrayBuffer> {
    this.#head ??= this.#fetch(0, this.#headLength);
    let head: ArrayBuffer;
    try {
      head = await this.#head;
    } catch (e) {
      this.#head = undefined; // the next read tries again
      throw e;
    }
    if (this.#whole) return this.#whole.read(offset, length);
    // A head shorter than asked for is the whole file.
    if (offset + length <= head.byteLength || head.byteLength < this.#headLength) return head.slice(offset, offset + length);
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ offset, length, signal, resolve, reject });
      this.#timer ??= setTimeout(() => this.#flush(), WINDOW_MS);
    });
  }

  #flush(): void {
    this.#timer = undefined;
    const waiting: Waiter[] = [];
    for (const w of this.#waiting) {
      if (w.signal?.aborted) w.reject(w.signal.reason);
      else waiting.push(w);
    }
    this.#waiting = [];
    for (const span of planSpans(waiting)) {
      const parts = span.parts.map((i) => waiting[i]!);
      this.#fetch(span.offset, span.length, abortWhenAll(parts.map((p) => p.signal))).then(
        (data) => {
          for (const p of parts) p.resolve(data.slice(p.offset - span.offset, p.offset - span.offset + p.length));
        },
        (e) => {
          for (const p of parts) p.reject(p.signal?.aborted ? p.signal.reason : e);
        },
      );
    }
  }

  async #fetch(offset: number, length: number, signal?: AbortSignal): Promise<ArrayBuffer> {
    this.requests++;
    let response: Response;
    try {
      response = await fetch(this.#url, {
        headers: { Range: `bytes=${offset}-${offset + length - 1}` },
        signal: signal ?? null,
        cache: this.#cache,
      });
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      // Chromium fails the whole fetch when it cannot inflate a part of a gzip stream, with the same
      // words as for a broken line. A request without Range tells the two apart.
      if (offset === 0 && (await this.#answersWhole())) throw new ArchiveError("compressed", `fetching ${this.#url}: ${cause}`);
      throw new ArchiveError("network", `fetching ${this.#url}: ${cause}`);
    }
    // A bucket of which nobody may list the files says of one that is gone that it is forbidden.
    if (this.#ranged && [403, 404, 410].includes(response.status)) throw new ArchiveError("gone", `${this.#url}: ${response.status}`);
    if (response.status === 404 || response.status === 410) throw new ArchiveError("missing", `${this.#url}: ${response.status}`);
    if (response.status === 416) throw new ArchiveError(offset === 0 ? "truncated" : "changed", `${this.#url}: 416`);
    if (response.status === 200) {
      // A browser that has a part in its cache asks for the next one on condition that the file is still
      // the same; a host that sends the whole of it then says that it is not.
      if (this.#ranged) {
        await response.body?.cancel();
        throw new ArchiveError("changed", `${this.#url}: the whole file in place of a part`);
      }
      return this.#takeWhole(response, offset, length);
    }
    if (response.status !== 206) throw new ArchiveError("status", `${this.#url}: ${response.status} ${response.statusText}`);

    // Content-Encoding on a part means that the range was cut from the compressed stream, not from the file.
    if (response.headers.get("Content-Encoding")) {
      await response.body?.cancel();
      throw new ArchiveError("compressed", `${this.#url}: a part with Content-Encoding`);
    }
    const total = Number(/\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "")?.[1]);
    if (total > 0) this.size = total;
    // A weak ETag does not promise equal bytes, so it says nothing about a change.
    const etag = response.headers.get("ETag") ?? undefined;
    if (etag && !etag.startsWith("W/")) {
      if (this.#etag && this.#etag !== etag) {
        await response.body?.cancel();
        throw new ArchiveError("changed", `${this.#url}: ETag ${this.#etag} became ${etag}`);
      }
      this.#etag = etag;
    }
    this.#ranged = true;
    let data: ArrayBuffer;
    try {
      data = await response.arrayBuffer();
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      throw new ArchiveError("network", `reading ${this.#url}: ${cause}`);
    }
    if (data.byteLength > length) throw new ArchiveError("compressed", `${this.#url}: a part longer than asked for`);
    return data;
  }

  /** Reports whether the host answers a plain request that names the file's encoding or is fine. */
  async #answersWhole(): Promise<boolean> {
    try {
      const response = await fetch(this.#url, { method: "HEAD" });
      return response.ok;
    } catch {
      return false;
    }
  }

  async #takeWhole(response: Response, offset: number, length: number): Promise<ArrayBuffer> {
    const size = Number(response.headers.get("Content-Length") ?? 0);
    const encoded = response.headers.get("Content-Encoding") !== null;
    if (size > MAX_WHOLE && !encoded) {
      await response.body?.cancel();
      throw new ArchiveError("ranges", `${this.#url}: Range ignored, ${size} bytes`);
    }
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let total = 0;
    const reader = response.body!.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        parts.push(value);
        total += value.byteLength;
        if (total > MAX_WHOLE) {
          await reader.cancel();
          throw new ArchiveError("ranges", `${this.#url}: Range ignored, more than ${MAX_WHOLE} bytes`);
        }
      }
    } catch (cause) {
      if (cause instanceof ArchiveError) throw cause;
      throw new ArchiveError("network", `reading ${this.#url}: ${cause}`);
    }
    this.#whole = new BlobStore(new Blob(parts));
    this.size = total;
    return this.#whole.read(offset, length);
  }
}

/** A signal that aborts once every one of the given has; none when one of them cannot abort. */
function abortWhenAll(signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  if (signals.some((s) => !s)) return undefined;
  const controller = new AbortController();
  let left = signals.length;
  for (const s of signals) {
    s!.addEventListener(
      "abort",
      () => {
        if (--left === 0) controller.abort(s!.reason);
      },
      { once: true },
    );
  }
  return controller.signal;
}
