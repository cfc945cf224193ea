// Keeps the shell of the chat, so that the page opens without a network. Calls to /api are never touched or kept.
const CACHE = "red-station-{{ version }}";
const SHELL = {{ shell | tojson }};
const PATIENCE = 4000; // ms to wait for a fresh page before the kept one is shown

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("red-station-") && name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

async function freshOrKept(request, kept) {
  const cached = await caches.match(kept);
  if (!cached) return fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  try {
    const fresh = await Promise.race([fetch(request), late]);
    return fresh && fresh.status < 500 ? fresh : cached;
  } catch {
    return cached;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === "/") {
    const kept = (url.searchParams.get("lang") || "").startsWith("en") ? "/?lang=en" : "/";
    event.respondWith(freshOrKept(request, kept));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request).then((cached) => cached || fetch(request)));
  }
});
