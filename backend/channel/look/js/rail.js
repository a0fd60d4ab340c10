// Larger text, lower screen, language, listening, and the buttons that scroll instead of a swipe.
const root = document.documentElement;
const SIZES = ["100", "130", "200"];

function keep() {
  const value = `${root.dataset.larger ?? "100"}.${root.dataset.reach ?? ""}`;
  document.cookie = `errand_look=${value}; Path=/; SameSite=Strict; Secure`;
  root.dispatchEvent(new CustomEvent("errand:display", { bubbles: true }));
}

function larger(button) {
  const next = SIZES[(SIZES.indexOf(root.dataset.larger ?? "100") + 1) % SIZES.length];
  if (next === "100") delete root.dataset.larger; else root.dataset.larger = next;
  button.setAttribute("aria-pressed", String(next !== "100"));
  keep();
}

function lower(button) {
  const low = root.dataset.reach === "low";
  if (low) delete root.dataset.reach; else root.dataset.reach = "low";
  button.setAttribute("aria-pressed", String(!low));
  const label = button.querySelector("span");
  [label.textContent, button.dataset.other] = [button.dataset.other, label.textContent];
  button.querySelector(".ic").classList.toggle("flip", !low);
  keep();
}

const voice = () => speechSynthesis.getVoices().find((one) => one.lang.slice(0, 2) === root.lang.slice(0, 2));

function listen(button) {
  const label = button.querySelector("span");
  const swap = () => { [label.textContent, button.dataset.stop] = [button.dataset.stop, label.textContent]; };
  if (speechSynthesis.speaking) { speechSynthesis.cancel(); return; }
  const main = document.querySelector("main").cloneNode(true);
  main.querySelectorAll("[hidden], .keys, .pad, .route, dialog, [aria-hidden=true]").forEach((part) => part.remove());
  const speech = new SpeechSynthesisUtterance([...main.querySelectorAll("h1, h2, p, label, legend, li, button, dt, dd")]
    .map((part) => part.textContent.trim()).filter(Boolean).join(". "));
  speech.lang = root.lang;
  speech.voice = voice();
  speech.onend = swap;
  swap();
  speechSynthesis.speak(speech);
}

const tools = { larger, lower, listen, language: () => document.querySelector('[data-drawer="language"]')?.showModal() };

document.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-tool]");
  if (tool) tools[tool.dataset.tool]?.(tool);
  const scroll = event.target.closest("[data-scroll]");
  if (scroll) {
    const table = document.querySelector("[data-scrolls]");
    table.scrollBy({ top: Number(scroll.dataset.scroll) * table.clientHeight * 0.8 });
  }
});

let watcher = null;
export function startRail() {
  const listening = document.querySelector('[data-tool="listen"]');
  if (listening && "speechSynthesis" in window) {
    const show = () => { listening.hidden = !voice(); };
    show();
    speechSynthesis.onvoiceschanged = show;
  }
  const table = document.querySelector("[data-scrolls]");
  const scroller = document.querySelector("[data-scroller]");
  if (!table || !scroller) return;
  watcher?.disconnect();
  const look = () => {
    const open = document.querySelector("[data-keyboard]:not([hidden])");
    const more = table.scrollHeight - table.clientHeight - (scroller.hidden ? 0 : scroller.offsetHeight);
    scroller.hidden = more < 8 || Boolean(open);
    const [up, down] = scroller.querySelectorAll("button");
    up.disabled = table.scrollTop < 4;
    down.disabled = table.scrollTop + table.clientHeight > table.scrollHeight - 4;
    if (scroller.hidden) table.removeAttribute("tabindex"); else table.tabIndex = 0;
  };
  watcher = new ResizeObserver(look);
  watcher.observe(table);
  for (const child of table.children) watcher.observe(child);
  table.addEventListener("scroll", look, { passive: true });
  look();
}
