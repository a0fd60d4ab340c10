// Builds the look: one sheet, a few small scripts, fonts and icons, all named by their content, into built/ with a
// manifest.json {"look.css": "look-1a2b3c4d.css", ...}. Run: npm ci --ignore-scripts && npm run build
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../../..");
const built = join(here, "built");
const fresh = join(here, `built.${process.pid}`);
const modules = join(root, "node_modules");
const manifest = {};

const stamp = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 10);

function keep(name, bytes) {
  const ext = extname(name);
  const file = `${name.slice(0, -ext.length)}-${stamp(bytes)}${ext}`;
  writeFileSync(join(fresh, file), bytes);
  manifest[name] = file;
  return file;
}

// Our unit instead of px and rem, start and end instead of left and right: so that one GOV.UK sheet fits every screen
// and direction. 19 px is the size of its body text.
function ours(css) {
  const unit = (px) => `calc(${px} * var(--govuk-unit))`;
  const sides = { left: "inline-start", right: "inline-end" };
  return css
    .replace(/\b(margin|padding|border)-(left|right)\b/g, (_, box, side) => `${box}-${sides[side]}`)
    .replace(/([{;])(left|right):/g, (_, before, side) => `${before}inset-${sides[side]}:`)
    .replace(/text-align:(left|right)/g, (_, side) => `text-align:${side === "left" ? "start" : "end"}`)
    .replace(/float:(left|right)/g, (_, side) => `float:inline-${side === "left" ? "start" : "end"}`)
    .split(/(@media[^{]*\{)/)
    .map((part) => (part.startsWith("@media") ? part : part
      .replace(/(?<![\w#.-])(-?\d*\.?\d+)rem\b/g, (_, n) => unit(+(n * 16).toFixed(3)))
      .replace(/(?<![\w#.-])(-?\d*\.?\d+)px\b/g, (all, n) => (Math.abs(n) <= 3 ? all : unit(+n)))))
    .join("");
}

function fontFaces(family, wanted, range) {
  const folder = join(modules, "@fontsource-variable", family);
  const css = readFileSync(join(folder, "wght.css"), "utf8");
  const faces = css.split(/(?=\/\* )/).filter((face) => wanted === null || wanted.some((w) => face.includes(`-${w}-wght-normal */`)));
  return faces.map((face) => face
    .replace(/\/\*.*?\*\/\s*/g, "")
    .replace(/url\(\.\/files\/([^)]+)\)/, (_, file) => `url(${keep(file, readFileSync(join(folder, "files", file)))})`)
    .replace(/unicode-range:[^;]+/, (all) => (range ? `unicode-range: ${range}` : all))).join("");
}

const minify = async (css) => (await esbuild.transform(css, { loader: "css", minify: true, target: "chrome115" })).code;
const compile = (file) => sass.compile(join(here, "css", file), {
  loadPaths: [modules], style: "compressed", quietDeps: true, logger: sass.Logger.silent,
}).css.replace(/^\uFEFF/, "");

async function styles() {
  const arabic = "U+0600-06FF, U+0750-077F, U+08A0-08FF, U+FB50-FDFF, U+FE70-FEFF";
  const tongues = readFileSync(join(here, "css/tongues.css"), "utf8")
    .replace(/url\(\.\.\/fonts\/([^)]+)\)/g, (_, file) => `url(${keep(file, readFileSync(join(here, "fonts", file)))})`);
  const fonts = fontFaces("atkinson-hyperlegible-next", ["latin", "latin-ext"])
    + fontFaces("atkinson-hyperlegible-mono", ["latin"])
    + fontFaces("noto-sans-arabic", ["arabic"], arabic)
    + fontFaces("noto-sans", ["cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese"]);
  const govuk = `:root{--govuk-unit:calc(var(--t-body) / 19)}@layer govuk{${ours(compile("govuk.scss"))}}`;
  keep("look.css", await minify(`@layer govuk;${tongues}${fonts}${govuk}${compile("look.scss")}`));
  keep("fonts-zh.css", await minify(fontFaces("noto-sans-sc", null)));
}

async function scripts() {
  const result = await esbuild.build({
    entryPoints: ["kiosk", "handoff", "claim", "page", "push", "diagram", "watch"].map((name) => join(here, "js", `${name}.js`)),
    bundle: true, splitting: true, format: "esm", minify: true, target: "es2022", write: false, metafile: true,
    outdir: fresh, entryNames: "[name]-[hash]", chunkNames: "chunk-[name]-[hash]", legalComments: "none", absWorkingDir: root,
  });
  for (const file of result.outputFiles) writeFileSync(file.path, file.contents);
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint) manifest[output.entryPoint.split("/").pop()] = path.split("/").pop();
  }
  // the service worker has a fixed address of its own (/sw.js): not hashed, never imported
  const worker = await esbuild.build({ entryPoints: [join(here, "js/sw.js")], bundle: true, format: "iife", minify: true, write: false, target: "es2022" });
  writeFileSync(join(fresh, "sw.js"), worker.outputFiles[0].contents);
}

function icons() {
  const names = JSON.parse(readFileSync(join(here, "icons/names.json"), "utf8"));
  const paths = {};
  for (const [weight, list] of Object.entries(names)) {
    for (const name of list) {
      const file = weight === "regular" ? name : `${name}-${weight}`;
      const svg = readFileSync(join(modules, "@phosphor-icons/core/assets", weight, `${file}.svg`), "utf8");
      const inner = svg.match(/<svg[^>]*>(.*)<\/svg>/s)[1];
      if (!/^(<path d="[^"]+"\/>)+$/.test(inner)) throw new Error(`icon ${file} is not made of plain paths`);
      paths[file] = inner;
    }
  }
  writeFileSync(join(fresh, "icons.json"), JSON.stringify(paths));
  keep("mark.svg", readFileSync(join(here, "icons/mark.svg")));
  for (const file of ["icon-192.png", "icon-512.png", "badge-96.png"]) {
    keep(file, readFileSync(join(here, "icons", file)));
  }
}

mkdirSync(fresh, { recursive: true });
try {
  icons();
  await styles();
  await scripts();
  writeFileSync(join(fresh, "manifest.json"), JSON.stringify(manifest, null, 1));
  // a page that is being served must never see half a build: copy new names first, then the manifest
  mkdirSync(built, { recursive: true });
  cpSync(fresh, built, { recursive: true, filter: (path) => !path.endsWith("manifest.json") });
  cpSync(join(fresh, "manifest.json"), join(built, "manifest.json"));
  const made = new Set(readdirSync(fresh));
  for (const file of readdirSync(built)) if (!made.has(file)) rmSync(join(built, file), { force: true });
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
