// Reads BPMN files as the modeler does, writes them and reads them again; lints those after `--lint`.
// Prints one JSON object: file → { warnings, changed, lint }.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';

const require = createRequire(import.meta.url);
const zeebe = require('zeebe-bpmn-moddle/resources/zeebe.json');
const { Linter } = require('bpmnlint');
const NodeResolver = require('bpmnlint/lib/resolver/node-resolver');

const words = process.argv.slice(2);
const linted = words.includes('--lint') ? words.slice(words.indexOf('--lint') + 1) : [];
const files = new Set(words.filter((word) => word !== '--lint'));
const told = {};

/** The model as plain data, so that two readings can be compared. */
function plain(element, seen = new Set()) {
  if (Array.isArray(element)) return element.map((one) => plain(one, seen));
  if (!element || !element.$type) return element;
  if (seen.has(element)) return element.id || element.$type;
  seen.add(element);
  const names = Object.keys(element).filter((name) => !name.startsWith('$') && name !== 'di');
  return [element.$type, { ...element.$attrs }, Object.fromEntries(names.map((name) => [name, plain(element[name], seen)]))];
}

for (const file of files) {
  const moddle = new BpmnModdle({ zeebe });
  const { rootElement, warnings } = await moddle.fromXML(readFileSync(file, 'utf8'));
  const { xml } = await moddle.toXML(rootElement, { format: true });
  const again = await moddle.fromXML(xml);
  const changed = JSON.stringify(plain(rootElement)) !== JSON.stringify(plain(again.rootElement));
  const linter = new Linter({ config: { extends: 'bpmnlint:recommended' }, resolver: new NodeResolver() });
  const reports = linted.includes(file) ? await linter.lint(rootElement) : {};
  const lint = Object.entries(reports).flatMap(([rule, found]) =>
    found.filter((one) => one.category === 'error').map((one) => `${rule}: ${one.id}: ${one.message}`));
  told[file] = { warnings: [...warnings, ...again.warnings].map((one) => one.message), changed, lint, xml };
}
console.log(JSON.stringify(told));
