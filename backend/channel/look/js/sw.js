// Service worker of the citizen's pages: shows that there is news and opens the inbox. It caches nothing, and a
// notification never holds a name, an address or the name of an errand: lock screens are read by others.
const NEWS = {
  en: ["News about your errand", "You have an update."],
  "zh-Hans": ["您的事项有新消息", "有新的进展。"],
  ar: ["جديد في معاملتك", "لديك تحديث."],
};

const chosen = () => new URL(self.location.href).searchParams.get("lang") ?? "en";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data?.json() ?? {}; } catch { /* any payload means: there is news */ }
  const lang = told.lang in NEWS ? told.lang : chosen();
  const [title, body] = NEWS[lang] ?? NEWS.en;
  event.waitUntil((async () => {
    await self.registration.showNotification(title, {
      body, lang, dir: lang === "ar" ? "rtl" : "ltr", tag: "errand", renotify: true,
      data: { open: "/inbox" },
    });
    for (const page of await self.clients.matchAll({ type: "window" })) page.postMessage("errand:push");
  })());
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const open = new URL(event.notification.data?.open ?? "/inbox", self.location.origin).href;
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const page = pages.find((one) => new URL(one.url).origin === self.location.origin);
    if (page) { await page.focus(); return page.navigate(open).catch(() => self.clients.openWindow(open)); }
    return self.clients.openWindow(open);
  })());
});
