// Parts of a page are replaced by what the server draws, never by what a script believes. A part that a hand is in
// (a field with the focus) is left alone until the hand is gone.
const PART = "[data-live-part]";

export async function fetchPage(url = location.href, options = {}) {
  return fetch(url, {
    credentials: "same-origin", cache: "no-store", ...options,
    headers: { "X-Errand-Part": "1", Accept: "text/html", ...options.headers },
  });
}

export const parse = (html) => new DOMParser().parseFromString(html, "text/html");

const busy = (part) => {
  const at = document.activeElement;
  return at && part.contains(at) && at.matches("input:not([readonly]), textarea, select");
};

const outermost = (page) => new Map([...page.querySelectorAll(PART)]
  .filter((part) => !part.parentElement.closest(PART)).map((part) => [part.dataset.livePart, part]));

/** Does `html` hold the same parts as this page? If not, it is another page at the same address. */
export function samePage(html) {
  const [now, then] = [outermost(document), outermost(parse(html))];
  return now.size === then.size && [...now.keys()].every((name) => then.has(name));
}

/** Replaces the parts that `html` brings; answers the names of those that had to wait. */
export function swapParts(html) {
  const fresh = parse(html);
  const waiting = [];
  for (const [name, part] of outermost(fresh)) {
    const old = document.querySelector(`[data-live-part="${CSS.escape(name)}"]`);
    if (!old || old.isEqualNode(part)) continue;
    if (busy(old)) { waiting.push(name); continue; }
    const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
    old.replaceWith(document.adoptNode(part));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }
  if (fresh.title) document.title = fresh.title;
  document.dispatchEvent(new CustomEvent("errand:parts"));
  return waiting;
}

/** Asks for this page again and shows what changed. "gone": this session may no longer see it; "moving": another page
 *  comes; "later": a hand is in a field, or the server could not answer. */
export async function refresh() {
  const answer = await fetchPage();
  if ([401, 403, 404, 410].includes(answer.status)) return "gone";
  if (!answer.ok) return "later";
  const html = await answer.text();
  if (answer.redirected || !samePage(html)) {
    if (busy(document.body)) return "later";
    location.replace(answer.url);
    return "moving";
  }
  return swapParts(html).length ? "later" : "fresh";
}

export function say(words) {
  const line = document.querySelector("[data-announce]");
  if (line) { line.textContent = ""; requestAnimationFrame(() => { line.textContent = words; }); }
}

/** A short word over the page that takes no focus; without `seconds` it stays until it is replaced. */
export function toast(words, seconds = 0) {
  document.querySelector(".toast")?.remove();
  if (!words) return;
  const box = document.createElement("p");
  box.className = "toast";
  box.setAttribute("role", "status");
  box.textContent = words;
  document.body.append(box);
  if (seconds) setTimeout(() => box.remove(), seconds * 1000);
}

/** Words that the page brought along for its scripts: <template data-words data-…>. */
export const words = () => document.querySelector("[data-words]:not([data-api])")?.dataset ?? {};
