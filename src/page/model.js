"use strict";
// What is proposed and what was decided, without a screen.

const page = JSON.parse(document.getElementById("data").textContent);
const documents = page.documents;
/** Every proposal, in the order of the texts. */
const places = [];
/** Equal changes: the same text that is to become the same. */
const changes = [];

for (const [number, sheet] of documents.entries()) {
  const record = sheet.record;
  sheet.name = record ? `${sheet.file}:${record.line} ${record.id ?? ""}`.trimEnd() : sheet.file;
  // What was decided of it as a whole.
  sheet.drops = [];
  sheet.source = record ? sheet.file : sheet.file.slice(0, sheet.file.lastIndexOf("/") + 1);
  if (sheet.question) {
    sheet.places.push({ open: sheet.question, asksAll: true, message: "Was anything missed in this document?", confidence: 1, applicability: "",
      line: 1, column: 1, paragraph: 0, sentence: [0, 0], edits: [], alternatives: [], evidence: [] });
  }
  for (const place of sheet.places) {
    places.push(Object.assign(place, { index: places.length, sheet: number, state: "open", replacement: null }));
  }
}

const byChange = new Map();
for (const place of places) {
  const name = place.asksAll ? "" : `${place.open.text}\0${place.open.proposed}`;
  let change = byChange.get(name);
  if (!change) {
    change = { number: changes.length, before: place.open.text, after: place.open.proposed, asksAll: place.asksAll, places: [], records: [] };
    byChange.set(name, change);
    changes.push(change);
  }
  change.places.push(place);
  place.change = change;
}

/** Decisions in the order in which they were made: the lines of the file to be saved. */
const log = [];
const SCOPES = ["everywhere", "source", "document", "place"];
const tally = { open: places.length, accepted: 0, rejected: 0, edited: 0, skipped: 0, dropped: 0, missed: 0 };

/** The places that a decision of some scope speaks of, when it is made at `place`. */
function reached(place, scope) {
  const same = {
    place: (it) => it === place,
    document: (it) => it.sheet === place.sheet,
    source: (it) => documents[it.sheet].source === documents[place.sheet].source,
    everywhere: () => true,
  };
  return place.change.places.filter(same[scope]);
}

/** The places that a record speaks of, and the list that it stands in. */
function about({ place, decision, scope, noted }) {
  if (noted) return [[], []];
  const sheet = documents[place.sheet];
  return decision === "dropped" ? [sheet.places, sheet.drops] : [reached(place, scope), place.change.records];
}

/** What counts for a place: that its document was dropped, or else what was decided of the least that holds it; of two such, what was
    decided last. */
function settle(place) {
  let best = documents[place.sheet].drops.at(-1) ?? null;
  if (!best) for (const record of place.change.records) {
    const narrower = !best || SCOPES.indexOf(record.scope) >= SCOPES.indexOf(best.scope);
    if (narrower && record.reach.has(place)) best = record;
  }
  tally[place.state] -= 1;
  place.state = best ? best.decision : "open";
  place.replacement = best ? best.replacement : null;
  tally[place.state] += 1;
}

function enter(record) {
  const [reach, beside] = about(record);
  record.reach = new Set(reach);
  log.push(record);
  beside.push(record);
  if (record.noted) tally.missed += 1;
  record.reach.forEach(settle);
}

/** Decides a place, or as much of its change as `scope` says, or its document; `noted` is what was missed beside it. Gives back the places
    that were reached. */
function decide(place, decision, scope, replacement, noted) {
  const settled = { accepted: place.open.proposed ?? null, edited: replacement, missed: replacement }[decision] ?? null;
  const time = new Date().toISOString().replace(/\.\d+Z/, "Z");
  const record = { place, decision, scope, replacement: settled, time, noted };
  enter(record);
  keep(record, log.length - 1);
  return record.reach;
}

/** Takes the last decision back. */
function undo() {
  const record = log.pop();
  if (!record) return null;
  const [, beside] = about(record);
  beside.splice(beside.lastIndexOf(record), 1);
  if (record.noted) tally.missed -= 1;
  record.reach.forEach(settle);
  forget(log.length);
  return record;
}

/** The file of decisions: one a line. */
function lines(reviewer) {
  return log.map((record) => {
    const { decision, scope, replacement, time } = record;
    const paths = ["source", "everywhere"].includes(scope) ? { paths: page.paths } : {};
    return JSON.stringify({ ...opened(record), decision, scope, replacement, time, reviewer, ...paths }) + "\n";
  }).join("");
}

/** What a record is about, as it stands in a file before it is decided. */
function opened({ place, decision, noted }) {
  const sheet = documents[place.sheet];
  if (decision === "dropped") return sheet.drop;
  if (!noted) return place.open;
  const sentence = sheet.paragraphs[place.paragraph].slice(...place.sentence);
  return { ...sheet.drop, key: hash(`${place.open.key} ${noted}`), text: noted, around: [sentence, ""] };
}

/** Sixteen digits that stand for a text (FNV-1a). */
function hash(text) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}

/** Takes decisions over from a file; gives back how many of them speak of places on this page. */
function take(text) {
  const byKey = new Map(places.map((it) => [it.open.key, it]));
  for (const sheet of documents) if (sheet.drop) byKey.set(sheet.drop.key, sheet.places[0]);
  let taken = 0;
  // Of equal scope, the last line counts; it may take back what was said before.
  const last = new Map();
  for (const line of text.split("\n").filter((it) => it.trim())) {
    const said = JSON.parse(line);
    last.delete(`${said.key} ${said.scope}`);
    last.set(`${said.key} ${said.scope}`, said);
  }
  for (const { key, decision, scope = "place", replacement = null, time = "", proposed = null } of last.values()) {
    const place = byKey.get(key);
    const fits = place && (decision === "dropped" || (place.open.proposed ?? null) === proposed) && decision in tally && decision !== "open" && SCOPES.includes(scope);
    if (!fits) continue;
    const record = { place, decision, scope, replacement, time };
    enter(record);
    keep(record, log.length - 1);
    taken += 1;
  }
  return taken;
}

// The browser keeps one item a decision, so that each costs the same however many there are. Where it refuses, `kept.well` says so.
const kept = { well: true, saved: 0 };
const PREFIX = `unspin/${page.name}/`;

function keep({ place, decision, scope, replacement, time, noted }, number) {
  try {
    localStorage.setItem(PREFIX + number, JSON.stringify([place.open.key, decision, scope, replacement, time, noted]));
  } catch {
    kept.well = false;
  }
}

function forget(number) {
  try {
    localStorage.removeItem(PREFIX + number);
  } catch {
    kept.well = false;
  }
  kept.saved = Math.min(kept.saved, number);
}

/** Brings back what the browser kept. */
function restore() {
  const byKey = new Map(places.map((it) => [it.open.key, it]));
  try {
    for (let item; (item = localStorage.getItem(PREFIX + log.length)) !== null; ) {
      const [key, decision, scope, replacement, time, noted] = JSON.parse(item);
      enter({ place: byKey.get(key), decision, scope, replacement, time, noted });
    }
    localStorage.setItem("unspin/here", "1");
  } catch {
    kept.well = false;
  }
}

function setting(name, value) {
  try {
    if (value !== undefined) localStorage.setItem(`unspin/${name}`, value);
    return localStorage.getItem(`unspin/${name}`) ?? "";
  } catch {
    return value ?? "";
  }
}

/** The places that filters let through. */
function sifted({ words, rule, file, confidence, state }) {
  const [least, most] = confidence.split(" ").map(Number);
  words = words.trim().toLowerCase();
  file = file.trim().toLowerCase();
  const holds = (place) => {
    place.words ??= [place.open.text, place.open.proposed ?? "", place.open.rule, place.message, documents[place.sheet].name].join("\n").toLowerCase();
    return place.words.includes(words);
  };
  const below = (id) => id.startsWith(rule) && (!rule || id[rule.length] === "/" || id.length === rule.length);
  return places.filter((it) =>
    it.confidence >= least && it.confidence < most && below(it.open.rule) && (!state || it.state === state) &&
    (!file || documents[it.sheet].name.toLowerCase().includes(file)) && (!words || holds(it)));
}
