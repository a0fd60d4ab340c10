// Reads DMN 1.3 files as the modeler does, writes them and reads them again.
// Prints one JSON object: file → { warnings, changed, xml }.
import { readFileSync } from 'node:fs';
import { DmnModdle } from 'dmn-moddle';

/** The model as plain data, so that two readings can be compared. */
function plain(element, seen = new Set()) {
  if (Array.isArray(element)) return element.map((one) => plain(one, seen));
  if (!element || !element.$type) return element;
  if (seen.has(element)) return element.id || element.$type;
  seen.add(element);
  const names = Object.keys(element).filter((name) => !name.startsWith('$') && name !== 'di').sort();
  return [element.$type, { ...element.$attrs }, Object.fromEntries(names.map((name) => [name, plain(element[name], seen)]))];
}

const told = {};
for (const file of process.argv.slice(2)) {
  const moddle = new DmnModdle();
  const { rootElement, warnings } = await moddle.fromXML(readFileSync(file, 'utf8'));
  const { xml } = await moddle.toXML(rootElement, { format: true });
  const again = await moddle.fromXML(xml);
  const changed = JSON.stringify(plain(rootElement)) !== JSON.stringify(plain(again.rootElement));
  told[file] = { warnings: [...warnings, ...again.warnings].map((one) => one.message), changed, xml };
}
console.log(JSON.stringify(told));
