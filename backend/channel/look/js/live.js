// The page changes by itself. The server says only "topic X is at N"; what may be seen is fetched as a page.
// <meta name="errand-live" content="<live address or empty>" data-topic data-seq>
import { refresh } from "./parts.js";

const POLL = 15000;
let socket = null;
let timer = 0;
let seen = 0;
let onGone = () => location.replace(location.href);

const meta = () => document.querySelector('meta[name="errand-live"]');

export function startLive(gone) {
  if (gone) onGone = gone;
  stopLive();
  const here = meta();
  if (!here) return;
  seen = Number(here.dataset.seq || 0);
  if (here.content) connect(here.content, here.dataset.topic).catch(poll);
  else poll();
}

export function stopLive() {
  clearTimeout(timer);
  socket?.disconnect();
  socket = null;
}

async function connect(url, topic) {
  const { io } = await import("socket.io-client");
  socket = io(url, { transports: ["websocket"], withCredentials: true, reconnectionDelayMax: 8000 });
  socket.on("connect", () => {
    clearTimeout(timer);
    dot(true);
    socket.emit("subscribe", { topic, last_seq: seen });
  });
  const fellBack = () => { dot(false); clearTimeout(timer); timer = setTimeout(poll, 1000); };
  socket.on("disconnect", fellBack);
  socket.on("connect_error", fellBack);
  socket.on("topic", (event) => { if (event.topic === topic && event.seq > seen) news(event.seq); });
  socket.on("tick", (event) => { if (event.topic === topic && event.head > seen) news(event.head); });
  socket.on("reset", () => news(seen));
}

async function poll() {
  clearTimeout(timer);
  if (socket?.connected) return;
  const { topic } = meta().dataset;
  try {
    const answer = await fetch(`/api/v1/events?${new URLSearchParams({ topic, after: seen })}`, {
      credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" },
    });
    if ([401, 403, 404, 410].includes(answer.status)) { onGone(); return; }
    if (answer.ok) {
      const told = await answer.json();
      dot(true);
      const head = Math.max(seen, Number(told.head ?? 0), ...(told.events ?? []).map((event) => event.seq));
      if (told.reset || head > seen) await news(head);
    }
  } catch { dot(false); }
  timer = setTimeout(poll, POLL);
}

let asking = null;
async function news(seq) {
  seen = Math.max(seen, seq);
  asking ??= refresh().catch(() => "later").finally(() => { asking = null; });
  const outcome = await asking;
  if (outcome === "gone") onGone();
  if (outcome === "later") setTimeout(() => news(seen), 3000);
}

function dot(on) {
  const box = document.querySelector("[data-live-dot]");
  if (!box) return;
  box.hidden = false;
  box.classList.toggle("off", !on);
  box.querySelector("span").textContent = on ? box.dataset.on : box.dataset.off;
}

navigator.serviceWorker?.addEventListener("message", (event) => {
  if (event.data === "errand:push" && meta()) news(seen);
});
