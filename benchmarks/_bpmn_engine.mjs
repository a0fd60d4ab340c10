// The reference process in npm's bpmn-engine, told by lines of JSON on stdin; each answer is one line of JSON.
//
// {"open": {source, answers}} -> {"tasks": [[ids]...], "output": {...}, "completed": true, "bytes": n}
// {"time": "step" | "instance" | "read", "times": n} -> {"seconds": per run}
//
// To its advantage: the model is parsed once, is left out of what is stored, and its scripts are plain functions.

import readline from 'node:readline';
import { EventEmitter } from 'node:events';
import { Engine } from 'bpmn-engine';

const scripts = {
  fee: (data) => { data.fee = 25 + data.amount * 0.1; },
  check: (data) => { data.registered = true; },
  rule: (data) => { data.decision = data.approved && data.registered ? 'grant' : 'refuse'; },
  f5: (data) => data.amount > 100,
};

const registry = {
  register() {},
  getScript: (_language, { id }) =>
    scripts[id] && { execute: (scope, next) => next(null, scripts[id](scope.environment.output)) },
};

let source, answers, context, stored;

/** Read and compile; gives the definition. */
async function read() {
  const [definition] = await new Engine({ name: 'permit', source, scripts: registry }).getDefinitions();
  return definition;
}

/** A running instance: `waiting` holds what waits for an answer. */
function running(engine) {
  const waiting = [];
  const listener = new EventEmitter();
  listener.on('activity.wait', (api) => waiting.push(api));
  return { engine, waiting, options: { listener } };
}

const fresh = () => new Engine({ name: 'permit', sourceContext: context, scripts: registry });

async function start() {
  const instance = running(fresh());
  await instance.engine.execute(instance.options);
  return instance;
}

function complete({ waiting }, element, variables) {
  const at = waiting.findIndex((api) => api.id === element);
  const [api] = waiting.splice(at, 1);
  Object.assign(api.environment.output, variables);
  api.signal();
}

async function save({ engine }) {
  const state = await engine.getState();
  delete state.definitions[0].source;
  return JSON.stringify(state);
}

async function restore(text) {
  const instance = running(fresh().recover(JSON.parse(text)));
  await instance.engine.resume(instance.options);
  return instance;
}

async function instance() {
  const one = await start();
  for (const [element, variables] of answers) complete(one, element, { ...variables });
  return one;
}

async function steps() {
  const written = [];
  for (const [text, element, variables] of stored) {
    const one = await restore(text);
    complete(one, element, { ...variables });
    written.push(await save(one));
  }
  return written;
}

async function open(given) {
  ({ source, answers } = given);
  context = (await read()).environment.options.source;
  const one = await start();
  const tasks = [];
  stored = [];
  for (const [element, variables] of answers) {
    tasks.push(one.waiting.map((api) => api.id));
    stored.push([await save(one), element, variables]);
    complete(one, element, { ...variables });
  }
  const sizes = (await steps()).map((text) => Buffer.byteLength(text));
  const bytes = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return { tasks, output: output(one), completed: one.engine.state === 'idle' && !one.waiting.length, bytes };
}

const output = ({ engine }) => engine.execution.definitions[0].getProcesses()[0].environment.output;

async function time(what, times) {
  const work = { step: steps, instance, read }[what];
  const began = performance.now();
  for (let n = 0; n < times; n++) await work();
  return { seconds: (performance.now() - began) / 1000 / times };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  const answer = told.open ? await open(told.open) : await time(told.time, told.times);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
