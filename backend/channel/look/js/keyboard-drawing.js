import Keyboard from "simple-keyboard/build/index.modern.esm.js";

// Digits run from left to right in every language, so the Arabic row lists them from its right end.
const LAYOUT = {
  latin: ["1 2 3 4 5 6 7 8 9 0", "q w e r t y u i o p", "a s d f g h j k l '", "{shift} z x c v b n m {bksp}", "{accents} {arabic} {space} - / . {next}"],
  upper: ["1 2 3 4 5 6 7 8 9 0", "Q W E R T Y U I O P", "A S D F G H J K L '", "{shift} Z X C V B N M {bksp}", "{accents} {arabic} {space} - / . {next}"],
  accents: ["á à â ä ã å æ ā ą ć", "č ç ď é è ê ë ę í ì", "î ï ł ñ ń ň ó ò ô ö", "{shift} õ ø œ ś š ß ú {bksp}", "{latin} {arabic} {space} ü ý ž {next}"],
  upperaccents: ["Á À Â Ä Ã Å Æ Ā Ą Ć", "Č Ç Ď É È Ê Ë Ę Í Ì", "Î Ï Ł Ñ Ń Ň Ó Ò Ô Ö", "{shift} Õ Ø Œ Ś Š ẞ Ú {bksp}", "{latin} {arabic} {space} Ü Ý Ž {next}"],
  arabic: ["0 9 8 7 6 5 4 3 2 1", "ض ص ث ق ف غ ع ه خ ح ج", "ش س ي ب ل ا ت ن م ك ط", "ذ ئ ء ؤ ر ى ة و ز ظ {bksp}", "{latin} د أ {space} إ آ ، {next}"],
  digits: ["1 2 3", "4 5 6", "7 8 9", "{bksp} 0 {next}"],
  mail: ["1 2 3 4 5 6 7 8 9 0", "q w e r t y u i o p", "a s d f g h j k l _", "{shift} z x c v b n m {bksp}", "{accents} @ {space} - . + {next}"],
};

let keyboard = null;
let holder = null;
let field = null;
let layout = "latin";

export function draw(box, target, digits) {
  field = target;
  const wanted = digits ? "digits" : target.type === "email" ? "mail" : document.documentElement.lang === "ar" ? "arabic" : "latin";
  if (layout === "digits" || digits || !keyboard || holder !== box) layout = wanted;
  if (!keyboard || holder !== box) make(box);
  show();
}

function make(box) {
  keyboard?.destroy();
  holder = box;
  const inner = document.createElement("div");
  inner.className = "simple-keyboard";
  box.replaceChildren(inner);
  const told = box.dataset;
  const [shift, erase] = document.querySelector("[data-keyboard-icons]").content.children;
  keyboard = new Keyboard(inner, {
    layout: LAYOUT, layoutName: layout, useButtonTag: true, preventMouseDownDefault: true, stopMouseDownPropagation: true,
    physicalKeyboardHighlight: false, disableCaretPositioning: true, onKeyPress: press,
    display: {
      "{shift}": shift.outerHTML, "{bksp}": erase.outerHTML, "{space}": " ", "{next}": told.next, "{accents}": "é ß ø", "{arabic}": "ض ص", "{latin}": "a b c",
    },
    buttonTheme: [
      { class: "key-fn", buttons: "{shift} {bksp} {accents} {arabic} {latin}" }, { class: "key-space", buttons: "{space}" },
      { class: "key-fn key-go", buttons: "{next}" },
    ],
    buttonAttributes: [
      { attribute: "aria-label", value: told.shift, buttons: "{shift}" }, { attribute: "aria-label", value: told.delete, buttons: "{bksp}" },
      { attribute: "aria-label", value: told.space, buttons: "{space}" }, { attribute: "tabindex", value: "-1", buttons: "{shift} {bksp} {space} {next} {accents} {arabic} {latin}" },
    ],
  });
}

function show() {
  holder.classList.toggle("numeric", layout === "digits");
  holder.dir = layout === "arabic" ? "rtl" : "ltr";
  keyboard.setOptions({ layoutName: layout });
}

const switches = {
  "{shift}": () => ({ latin: "upper", upper: "latin", accents: "upperaccents", upperaccents: "accents", mail: "upper" })[layout] ?? layout,
  "{accents}": () => "accents",
  "{arabic}": () => "arabic",
  "{latin}": () => "latin",
};

function press(key) {
  if (key in switches) { layout = switches[key](); show(); return; }
  if (key === "{next}") {
    document.dispatchEvent(new CustomEvent("errand:keyboard-done", { detail: field }));
    return;
  }
  if (key === "{bksp}") erase(); else insert(key === "{space}" ? " " : key);
  if (layout === "upper" || layout === "upperaccents") { layout = layout === "upper" ? "latin" : "accents"; show(); }
}

function insert(text) {
  const { selectionStart: from, selectionEnd: to, value, maxLength } = field;
  const start = from ?? value.length;
  if (maxLength > 0 && value.length - ((to ?? start) - start) + text.length > maxLength) return;
  write(value.slice(0, start) + text + value.slice(to ?? start), start + text.length);
  const full = layout === "digits" && field.closest(".date") && field.value.length >= (field.maxLength === 4 ? 4 : 2);
  if (full) document.dispatchEvent(new CustomEvent("errand:keyboard-done", { detail: field }));
}

function erase() {
  const { selectionStart: from, selectionEnd: to, value } = field;
  const end = to ?? value.length;
  const start = from === end ? Math.max(0, end - 1) : (from ?? end - 1);
  write(value.slice(0, start) + value.slice(end), start);
}

function write(value, caret) {
  field.value = value;
  try { field.setSelectionRange(caret, caret); } catch { /* an e-mail field has no selection */ }
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
