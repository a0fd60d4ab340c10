// Forgetting a person. It must also work when the server cannot be reached, so it clears before it asks anything.
import { stopLive } from "./live.js";

const COOKIES = ["errand_look", "errand_lang"];
const tracks = new Set();
const urls = new Set();

/** What would outlive the page is reported here, so that the wipe can end it. */
export const own = { track: (track) => tracks.add(track), url: (url) => { urls.add(url); return url; } };

/** Takes everything personal off the glass at once. */
export function blank() {
  for (const form of document.forms) form.reset();
  for (const field of document.querySelectorAll("input, textarea")) field.value = "";
  const cover = document.createElement("div");
  cover.className = "wiped";
  const mark = document.querySelector(".mark");
  if (mark) cover.append(mark.cloneNode(true));
  document.body.replaceChildren(cover);
  document.title = "Errand";
}

export async function forget() {
  stopLive();
  speechSynthesis?.cancel();
  for (const track of tracks) track.stop();
  for (const url of urls) URL.revokeObjectURL(url);
  for (const video of document.querySelectorAll("video, audio")) video.srcObject?.getTracks().forEach((track) => track.stop());
  tracks.clear();
  urls.clear();
  sessionStorage.clear();
  localStorage.clear();
  for (const name of COOKIES) document.cookie = `${name}=; Max-Age=0; Path=/; SameSite=Strict; Secure`;
  delete document.documentElement.dataset.larger;
  delete document.documentElement.dataset.reach;
  const gone = [
    navigator.clipboard?.writeText?.("").catch(() => {}),
    self.caches?.keys().then((names) => Promise.all(names.map((name) => caches.delete(name)))),
    indexedDB.databases?.().then((all) => Promise.all(all.map(({ name }) => new Promise((done) => {
      const asked = indexedDB.deleteDatabase(name);
      asked.onsuccess = asked.onerror = asked.onblocked = done;
    })))),
    navigator.serviceWorker?.getRegistrations().then((all) => Promise.all(all.map((one) => one.unregister()))),
  ];
  await Promise.race([Promise.allSettled(gone), new Promise((done) => { setTimeout(done, 1500); })]);
}

/** Blank, forget, back to the start page with no way back: the page keeps one history entry. */
export async function wipe(to = "/") {
  document.documentElement.dataset.wiping = "1";
  blank();
  await forget();
  location.replace(to);
}

/** Ends the session at the server too: its answer carries Clear-Site-Data. A silent server does not hold us up. */
export async function end(form) {
  document.documentElement.dataset.wiping = "1";
  const action = form?.action ?? "/end";
  const body = form ? new URLSearchParams(new FormData(form)) : new URLSearchParams();
  blank();
  const told = fetch(action, {
    method: "POST", body, credentials: "same-origin", keepalive: true, redirect: "manual",
  }).catch(() => {});
  await Promise.race([told, new Promise((done) => { setTimeout(done, 5000); })]);
  await forget();
  location.replace("/");
}
