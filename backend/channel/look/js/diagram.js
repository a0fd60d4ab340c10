// Where a case stands, on the procedure's own BPMN drawing. Only the page that shows one loads this. Without it (or when
// the drawing cannot be had) the same steps stand beside it as a list.
// <div data-diagram data-src data-way='{"done", "here", "taken", "names"}' data-label hidden>
import Viewer from "bpmn-js/lib/NavigatedViewer";

const SVG = "http://www.w3.org/2000/svg";
const FONT = '"Atkinson Hyperlegible Next Variable", "Noto Sans Arabic Variable", "Noto Sans SC Variable", sans-serif';
let shown = "";

async function draw() {
  const box = document.querySelector("[data-diagram]");
  if (!box || box.dataset.way === shown) return;
  const viewer = new Viewer({
    container: box,
    zoomScroll: { enabled: false }, // the wheel scrolls the page
    canvas: { autoFocus: false },
    textRenderer: { defaultStyle: { fontFamily: FONT, fontSize: 12.5, lineHeight: 1.2 }, externalStyle: { fontSize: 12 } },
  });
  const way = JSON.parse(box.dataset.way);
  viewer.on("import.parse.complete", ({ elementsById }) => {
    // our type is wider than the one that drew the labels' boxes
    for (const drawn of Object.values(elementsById ?? {})) {
      const box = drawn.label?.bounds;
      if (!box) continue;
      box.x -= box.width * 0.25;
      box.width *= 1.5;
    }
    for (const [id, name] of Object.entries(way.names)) if (elementsById?.[id]) elementsById[id].name = name;
  });
  try {
    const answer = await fetch(box.dataset.src, { credentials: "same-origin", headers: { Accept: "application/xml" } });
    if (!answer.ok) throw new Error(String(answer.status));
    box.hidden = false;
    await viewer.importXML(await answer.text());
  } catch {
    viewer.destroy();
    box.hidden = true;
    twin(true);
    return;
  }
  shown = box.dataset.way;
  colour(viewer, way);
  name(box, viewer);
  fit(box, viewer);
  new ResizeObserver(() => fit(box, viewer)).observe(box.parentElement);
  switchable();
}

function colour(viewer, way) {
  const canvas = viewer.get("canvas");
  const inside = (element) => way.here.some((id) => {
    for (let up = viewer.get("elementRegistry").get(id)?.parent; up; up = up.parent) if (up === element) return true;
    return false;
  });
  viewer.get("elementRegistry").forEach((element) => {
    const id = element.labelTarget?.id ?? element.id;
    if (/Lane$|Participant$|Process$|Collaboration$/.test(element.type)) { canvas.addMarker(element, "place"); return; }
    const state = element.waypoints
      ? (way.taken.includes(id) ? "done" : "ahead")
      : way.stuck?.includes(id) ? "stuck" : way.here.includes(id) ? "here" : way.done.includes(id) ? "done" : "ahead";
    canvas.addMarker(element, `is-${state}`);
    if (/Task$/.test(element.type)) canvas.addMarker(element, "work");
    if (element.children?.length) canvas.addMarker(element, "around");
    if ((state === "here" || state === "stuck") && !element.labelTarget && !inside(element)) dot(viewer.get("elementRegistry").getGraphics(element));
  });
}

function dot(graphics) {
  const mark = document.createElementNS(SVG, "circle");
  mark.setAttribute("class", "dot");
  mark.setAttribute("r", "10");
  graphics.querySelector(".djs-visual").append(mark);
}

// One picture with a name for readers of the screen; bpmn.io's mark stays outside it, a link of its own.
function name(box, viewer) {
  const picture = box.querySelector(".djs-container");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", box.dataset.label);
  for (const each of picture.querySelectorAll("[tabindex]")) each.removeAttribute("tabindex");
  viewer.get("canvas").getContainer().querySelector("svg")?.setAttribute("focusable", "false");
}

function fit(box, viewer) {
  const canvas = viewer.get("canvas");
  const { inner } = canvas.viewbox();
  if (!inner?.width || !box.clientWidth) return;
  const scale = Math.min(1.15, (box.clientWidth - 24) / inner.width);
  box.style.blockSize = `${Math.ceil(inner.height * scale + 24)}px`;
  canvas.resized();
  canvas.viewbox({ x: inner.x - (box.clientWidth / scale - inner.width) / 2, y: inner.y - 12 / scale, width: box.clientWidth / scale, height: box.clientHeight / scale });
}

const button = () => document.querySelector("[data-as-text]");

function twin(open) {
  const list = document.querySelector("[data-twin]");
  if (list) list.hidden = !open;
  const control = button();
  if (!control) return;
  control.setAttribute("aria-expanded", String(open));
  control.textContent = open ? control.dataset.less : control.dataset.more;
}

function switchable() {
  const control = button();
  if (!control) return;
  control.hidden = false;
  twin(false);
  control.addEventListener("click", () => twin(control.getAttribute("aria-expanded") !== "true"));
}

draw();
