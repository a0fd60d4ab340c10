// What runs out is shown as number, ring and words. [data-countdown] holds the seconds left, [data-of] the whole.
let timer = 0;

export function startCountdowns() {
  clearInterval(timer);
  const now = Date.now();
  for (const box of document.querySelectorAll("[data-countdown]")) {
    box.endsAt ??= now + Number(box.dataset.countdown) * 1000;
  }
  timer = setInterval(tick, 250);
  tick();
}

function tick() {
  const boxes = document.querySelectorAll("[data-countdown]");
  if (!boxes.length) clearInterval(timer);
  for (const box of boxes) {
    box.endsAt ??= Date.now() + Number(box.dataset.countdown) * 1000;
    const left = Math.max(0, (box.endsAt - Date.now()) / 1000);
    paint(box, left, Number(box.dataset.of || box.dataset.countdown));
    if (left === 0 && !box.done) {
      box.done = true;
      box.dispatchEvent(new CustomEvent("errand:over", { bubbles: true }));
    }
  }
}

export function paint(box, left, whole) {
  const ring = box.querySelector("[data-ring] .left");
  ring?.setAttribute("stroke-dashoffset", String(100 - (100 * left) / whole));
  const seconds = Math.ceil(left);
  const number = box.querySelector("b");
  if (number) number.textContent = seconds;
  else if ("clock" in box.dataset) {
    const text = box.querySelector("span:last-of-type");
    text.textContent = text.textContent.replace(/\d+:\d\d/, clock(seconds));
  }
}

export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
