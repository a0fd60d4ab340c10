// Notifications: the browser is asked only after a tap on "Yes, tell me". Nothing is installed before that.
import { toast } from "./parts.js";

const PATIENCE = 8000; // subscribe() may stay pending for ever where the vendor's push service cannot be reached

const bytes = (text) => Uint8Array.from(
  atob(text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=")), (c) => c.charCodeAt(0));

const within = (promise, ms) => Promise.race([
  promise, new Promise((_, fail) => { setTimeout(() => fail(new Error("no answer")), ms); }),
]);

async function real(key) {
  const lang = document.documentElement.lang;
  const worker = await navigator.serviceWorker.register(`/sw.js?lang=${encodeURIComponent(lang)}`);
  await navigator.serviceWorker.ready;
  const had = await worker.pushManager.getSubscription();
  return had ?? worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

/** The demonstration's own push endpoint plays the vendor: it answers a subscription as a browser would give it. */
async function demonstration(url) {
  const answer = await fetch(`${url}/subscribe`, { method: "POST", credentials: "omit" });
  if (!answer.ok) throw new Error("no demonstration endpoint");
  return answer.json();
}

async function keep(subscription) {
  const answer = await fetch("/api/v1/push-subscriptions", {
    method: "POST", credentials: "same-origin", body: JSON.stringify(subscription),
    headers: { "Content-Type": "application/json", "X-Errand": "1", "Idempotency-Key": crypto.randomUUID() },
  });
  if (!answer.ok) throw new Error(`not kept: ${answer.status}`);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-push]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  const told = button.dataset;
  button.setAttribute("aria-disabled", "true");
  toast(told.wait);
  let outcome = told.failed;
  try {
    const permission = "Notification" in window ? await Notification.requestPermission() : "unsupported";
    if (permission === "denied") outcome = told.denied;
    else {
      const subscription = told.demoPush
        ? await within(demonstration(told.demoPush), PATIENCE) : await within(real(told.push), PATIENCE);
      await keep(subscription);
      outcome = told.yes;
      if (told.demoPush && "serviceWorker" in navigator) {
        navigator.serviceWorker.register(`/sw.js?lang=${encodeURIComponent(document.documentElement.lang)}`).catch(() => {});
      }
    }
  } catch { /* the words say it, and the inbox has every message anyway */ }
  toast(outcome, 6);
  button.removeAttribute("aria-disabled");
  if (told.then) setTimeout(() => location.assign(told.then), 1500);
});
