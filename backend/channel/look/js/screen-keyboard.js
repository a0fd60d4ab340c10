// The screen keyboard: comes with a text field, shows digits for numbers, and never covers the field. Its drawing is a
// chunk of its own, loaded with the first text field. Chinese needs an input method that a page cannot bring: on a
// kiosk with Chinese readers the operating system's own pinyin keyboard is used beside it.
const TEXT = "input.input:not([type=file]):not(.number-plain):not([readonly]), textarea.input:not([readonly])";
let drawing = null;

const box = () => document.querySelector("[data-keyboard]");
const numeric = (field) => ["numeric", "decimal"].includes(field.inputMode) || field.type === "tel";

export function startKeyboard() {
  const first = document.querySelector("[data-scrolls] :is(input.input, textarea.input, input[type=radio], input[type=checkbox])");
  if (first?.matches(TEXT) && !document.querySelector("[data-error-summary]")) first.focus();
}

document.addEventListener("focusin", async (event) => {
  const field = event.target;
  if (!box() || box().contains(field)) return;
  if (!field.matches(TEXT)) { hide(); return; }
  drawing ??= import("./keyboard-drawing.js");
  const { draw } = await drawing;
  if (document.activeElement !== field || !box()) return;
  box().hidden = false;
  draw(box(), field, numeric(field));
  field.scrollIntoView({ block: "nearest" });
});

function hide() {
  if (box()) box().hidden = true;
}

document.addEventListener("errand:keyboard-done", (event) => {
  const fields = [...document.querySelectorAll(`[data-scrolls] ${TEXT.replaceAll(", ", ", [data-scrolls] ")}`)];
  const next = fields[fields.indexOf(event.detail) + 1];
  if (next) next.focus(); else { event.detail.blur(); hide(); }
});
