// The service worker: keeps the studio's few files, so that it works without a network. It is a script of its own; package studio writes
// before it which files there are, and under which name they are kept. The name changes with what is in them.

/** The parts of the Service Worker API (https://www.w3.org/TR/service-workers/) that are used; TypeScript has them only without those of a page. */
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Scope {
  kept: { name: string; files: string[] };
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (e: WorkerEvent) => void): void;
  addEventListener(type: "fetch", listener: (e: FetchEvent) => void): void;
}

const scope = self as unknown as Scope;
/** What the caches of studios are called; others at this host are left alone. */
const PREFIX = "heatmapgen-studio-";

scope.addEventListener("install", (e) => {
  e.waitUntil(
    (async () => {
      const cache = await caches.open(scope.kept.name);
      // Files whose names tell what is in them may come from the browser's own cache, where they have just been put; the page must not.
      await cache.addAll(scope.kept.files.map((f) => new Request(f, { cache: f === "./" ? "reload" : "default" })));
      await scope.skipWaiting();
    })(),
  );
});

scope.addEventListener("activate", (e) => {
  e.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== scope.kept.name);
      await Promise.all(old.map((name) => caches.delete(name)));
      await scope.clients.claim();
    })(),
  );
});

scope.addEventListener("fetch", (e) => {
  if (e.request.method === "GET") e.respondWith(answer(e.request));
});

/** The page comes from the network where there is one, so that a newer one is seen; all else is kept for as long as it is named so. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(scope.kept.name);
  const kept = await cache.match(request.mode === "navigate" ? "./" : request, { ignoreSearch: true });
  if (request.mode !== "navigate") return kept ?? fetch(request);
  try {
    return await fetch(request);
  } catch (e) {
    if (kept) return kept;
    throw e;
  }
}
