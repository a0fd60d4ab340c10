// npm's feelin evaluating the benchmark's expressions, told by lines of JSON on stdin; each answer is one line.
//
// {"open": {expressions, facts}} -> {"values": [...]}
// {"time": n of the expression, "times": n} -> {"seconds": per evaluation}
//
// It has no public way to keep a compiled expression: each evaluation is given the text, as its users do.

import readline from 'node:readline';
import { evaluate } from 'feelin';

let expressions, facts;

function open(given) {
  ({ expressions, facts } = given);
  return { values: expressions.map((text) => plain(evaluate(text, facts).value)) };
}

const plain = (value) => (['number', 'string', 'boolean'].includes(typeof value) || value === null ? value : String(value));

function time(which, times) {
  const text = expressions[which];
  const began = performance.now();
  for (let n = 0; n < times; n++) evaluate(text, facts);
  return { seconds: (performance.now() - began) / 1000 / times };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  const answer = told.open ? open(told.open) : time(told.time, told.times);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
