// How well plain words fit a symptom: in any order, without accents and case, and one slip of the finger forgiven
// where nothing else fits.

const FORGIVEN_FROM = 5; // letters: in shorter words a slip makes another word
const STEM = 4; // letters that two forms of one word share at least: vomited, vomiting
const ENDING = 3;

export const wordsOf = (text) =>
  text
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\p{M}'’]/gu, "")
    .replace(/\bcan ?not\b/g, "cant")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

function firstDifference(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

function sharesStem(one, other) {
  const at = firstDifference(one, other);
  return at >= STEM && Math.max(one.length, other.length) - at <= ENDING;
}

// One letter too many, too few, wrong, or two swapped.
function isOneSlipAway(one, other) {
  if (one.length < FORGIVEN_FROM) return false;
  const at = firstDifference(one, other);
  const rest = one.slice(at);
  const otherRest = other.slice(at);
  return (
    rest.slice(1) === otherRest ||
    rest === otherRest.slice(1) ||
    rest.slice(1) === otherRest.slice(1) ||
    (rest.slice(2) === otherRest.slice(2) && rest[0] === otherRest[1] && rest[1] === otherRest[0])
  );
}

function fit(sought, word, isForgiving) {
  if (word === sought) return 5;
  if (word.startsWith(sought)) return 4;
  if (sharesStem(sought, word)) return 3;
  if (sought.length > 2 && word.includes(sought)) return 2;
  return isForgiving && isOneSlipAway(sought, word) ? 1 : 0;
}

// 0 unless every word fits. `phrases` are a symptom's names, each a list of words, the first its own.
function fitOfAll(sought, phrases, isForgiving) {
  const bestIn = (words, one) => Math.max(0, ...words.map((word) => fit(one, word, isForgiving)));
  const all = phrases.flat();
  const each = sought.map((one) => bestIn(all, one));
  if (each.includes(0)) return 0;
  // Words that stand together in one name mean more than the same words far apart.
  const together = phrases.map((words) => {
    const here = sought.map((one) => bestIn(words, one));
    return here.includes(0) ? 0 : here.reduce((sum, one) => sum + one, 0) + 3 / words.length;
  });
  return each.reduce((sum, one) => sum + one, 0) / sought.length + 2 * Math.max(...together);
}

// The entries that fit, best first; in their own order where they fit as well.
export function matches(text, entries, fillers) {
  const words = wordsOf(text);
  const telling = words.filter((word) => !fillers.has(word));
  const sought = telling.length ? telling : words;
  for (const isForgiving of [false, true]) {
    const found = entries
      .map((entry) => ({ entry, score: fitOfAll(sought, entry.phrases, isForgiving) }))
      .filter(({ score }) => score > 0)
      .sort((one, other) => other.score - one.score);
    if (found.length) return found.map(({ entry }) => entry);
  }
  return [];
}
