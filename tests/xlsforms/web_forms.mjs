// Fill forms with ODK Web Forms' engine (npm: @getodk/xforms-engine), by the protocol of xlsforms/engine.py: a request a
// line on standard input, a reply a line on standard output. Started in the folder whose node_modules has the engine.
//
// The engine is a browser's: jsdom stands in for one. It refuses no answer, so what is irrelevant is not answered here,
// and a choice that is not offered is refused as Collect's engine does.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(`${process.cwd()}/`));
globalThis.__dirname ??= process.cwd();
const { JSDOM } = require('jsdom');
const { window } = new JSDOM('<!doctype html>', { url: 'http://localhost/' });
globalThis.window = window;
const OF_A_BROWSER = ['document', 'Node', 'Element', 'Document', 'Attr', 'Text', 'XMLDocument', 'DOMParser', 'XMLSerializer',
  'XPathResult', 'CharacterData', 'Comment', 'CDATASection', 'NodeFilter', 'localStorage'];
for (const name of OF_A_BROWSER) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
}
const { loadForm } = await import(pathToFileURL(require.resolve('@getodk/xforms-engine')).href);

const nameOf = (node) => node.currentState.reference.split('/').pop().replace(/\[\d+\]$/, '');

function* leaves(node) {
  for (const child of node.currentState.children ?? []) {
    if (child.currentState.children) yield* leaves(child);
    else yield child;
  }
}

const asked = (node) => node.currentState.relevant && !['model-value', 'static'].includes(node.nodeType);

function answer(node, name, value, refused) {
  if (node.nodeType === 'select') {
    const offered = new Set(node.currentState.valueOptions.map((option) => option.value));
    const values = value === null ? [] : [value].flat().map(String);
    const strange = values.filter((one) => !offered.has(one));
    if (strange.length) refused.push({ question: name, answer: String(value), sentence: 'not offered' });
    else if (values.length === 0) node.selectValues([]);
    else if (Array.isArray(value)) node.selectValues(values);
    else node.selectValue(values[0]);
  } else if (node.nodeType === 'upload') {
    node.setValue(value === null ? null : new File([new Uint8Array([255, 216, 255])], value, { type: 'image/jpeg' }));
  } else if (node.nodeType === 'input') {
    node.setValue(value === null ? '' : Array.isArray(value) ? value.join(' ') : value);
  }
}

async function fill({ xform, media, rounds }) {
  const form = await loadForm(xform, {
    missingResourceBehavior: 'ERROR',
    fetchFormAttachment: async (url) => new Response(media[url.href.split('/').pop()] ?? '',
      { headers: { 'content-type': 'text/csv' } }),
  });
  if (form.status === 'failure') throw new Error(String(form.error?.message ?? form.error));
  const { root } = form.createInstance({
    instanceAttachments: { fileNameFactory: ({ basename, extension }) => basename + (extension ?? '') },
  });
  const refused = [], known = {}, seen = [];
  for (const changes of rounds) {
    Object.assign(known, changes);
    const told = [];
    for (const node of leaves(root)) {
      if (!asked(node)) continue;
      const name = nameOf(node);
      told.push(name);
      const empty = [undefined, null, ''].includes(node.currentState.instanceValue);
      if (name in changes || (empty && name in known)) answer(node, name, known[name], refused);
    }
    seen.push(told);
  }
  const payload = await root.prepareInstancePayload({ payloadType: 'monolithic' });
  const [data] = payload.data;
  const violation = payload.violations?.[0];
  const xml = await data.get('xml_submission_file').text();
  return { xml, asked: seen, refused, problem: violation ? violation.reference.split('/').pop() : null, offered: {} };
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = await fill(JSON.parse(line));
  } catch (error) {
    reply = { error: String(error?.stack ?? error).slice(0, 2000) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
