// After the first visit the studio is at hand without a network. A new build has another version, and
// the files of the old one go when it takes over.
const NAME = "tosdsl-studio-@VERSION@";
const FILES = "@FILES@";

self.addEventListener("install", (event) =>
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" }))))
      .then(() => self.skipWaiting()),
  ),
);

self.addEventListener("activate", (event) =>
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("tosdsl-studio-") && name !== NAME).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  ),
);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(caches.open(NAME).then((cache) => cache.match(request, { ignoreSearch: true }).then((found) => found ?? fetched(cache, request))));
});

/** The solver is fetched when a question needs it, and then at hand like all else. */
async function fetched(cache, request) {
  const answer = await fetch(request);
  if (answer.ok && new URL(request.url).pathname.endsWith("/solver.bin")) await cache.put(request, answer.clone());
  return answer;
}
