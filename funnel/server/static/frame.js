// Tab leaves a list as it leaves every other control; inside it the arrows move, and what they reach is opened
addEventListener('keydown', pressed => {
  if (pressed.key === 'Tab' && pressed.target.closest?.(MARKS.list)) pressed.stopImmediatePropagation();
}, true);

// A list passes over a press until it has noticed the pointer over it, which takes it a moment from when the pointer
// moves: a press that comes sooner, or over a list that was drawn under a resting pointer, waits for that moment
const MOMENT = 30; // ms
let noticed = null, held = null;
addEventListener('pointermove', moved => {
  noticed = null;
  setTimeout(over => { noticed = over; }, MOMENT, moved.target.closest?.(MARKS.list_cells));
}, true);
const letGo = () => {
  const press = held;
  held = null;
  for (const [target, event] of press) target.dispatchEvent(event);
};
const hold = event => {
  if (!event.isTrusted) return;
  const cells = event.target.closest?.(MARKS.list_cells);
  if (event.type === 'pointerdown' && event.pointerType === 'mouse' && cells && cells !== noticed && !held) {
    held = [];
    event.target.dispatchEvent(new PointerEvent('pointermove', event));
    setTimeout(letGo, MOMENT);
  }
  if (!held) return;
  event.stopImmediatePropagation();
  held.push([event.target, new event.constructor(event.type, event)]);
};
for (const part of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) addEventListener(part, hold, true);

// Escape closes the drawer wherever the focus is: a button that is drawn anew has lost it
addEventListener('keydown', pressed => {
  if (pressed.key !== 'Escape' || pressed.target.closest?.(MARKS.drawer)) return;
  document.querySelector(`${MARKS.drawer} :is(${MARKS.close}, [aria-label="${WORDS.Close}"])`)?.click();
});

// Streamlit's own words (streamlit.toml) in the language of the page
const NAMED = ['aria-label', 'title', 'placeholder'];
const patternOf = words => new RegExp(`^${words.replace(/[.*+?^$()|[\]\\/]/g, '\\$&').replaceAll('{}', '(.+)')}$`);
const table = pairs => ({
  plain: new Map(pairs.filter(([from]) => !from.includes('{}'))),
  patterns: pairs.filter(([from]) => from.includes('{}')).map(([from, to]) => [patternOf(from), to]),
});
const pairs = Object.entries(WORDS);
const tables = { ja: table(pairs), en: table(pairs.map(([en, ja]) => [ja, en])) };
const translated = (text, { plain, patterns }) => {
  const exact = plain.get(text.trim());
  if (exact !== undefined) return exact;
  for (const [pattern, to] of patterns) {
    const found = pattern.exec(text);
    if (found) return found.slice(1).reduce((whole, part) => whole.replace('{}', () => part), to);
  }
  return text;
};
const say = into => {
  for (const name of NAMED)
    for (const each of document.querySelectorAll(`[${name}]`)) {
      const before = each.getAttribute(name), after = translated(before, into);
      if (after !== before) each.setAttribute(name, after);
    }
  for (const place of document.querySelectorAll(MARKS.telling)) {
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const before = texts.currentNode.nodeValue, after = translated(before, into);
      if (after !== before) texts.currentNode.nodeValue = after;
    }
  }
};
// an icon beside words says nothing to a screen reader, nor do the bars of a tile
const hideDecoration = () => {
  for (const bars of document.querySelectorAll(`${MARKS.tile_bars}:not([aria-hidden])`))
    bars.setAttribute('aria-hidden', 'true');
  for (const icon of document.querySelectorAll(`${MARKS.icon}:not([aria-hidden])`))
    if (icon.parentElement.closest('a, button, p, label')?.textContent.trim() !== icon.textContent.trim())
      icon.setAttribute('aria-hidden', 'true');
};
let isWaiting = false, wasJapanese = false;
const look = () => {
  isWaiting = false;
  const isJapanese = document.documentElement.lang === 'ja';
  if (isJapanese || wasJapanese) say(tables[isJapanese ? 'ja' : 'en']);
  wasJapanese ||= isJapanese;
  hideDecoration();
};
addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
  if (!isWaiting) (window.requestIdleCallback ?? setTimeout)(look, { timeout: 500 });
  isWaiting = true;
}).observe(document, {
  subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: [...NAMED, 'lang'],
}));

// the browser's dialog for paper, once the page is drawn; 10 s at most, and figures are drawn a moment after the run
const isBusy = () => document.querySelector(`${MARKS.running}, ${MARKS.placeholder}`);
const printSoon = left => (isBusy() && left ? setTimeout(printSoon, 200, left - 1) : setTimeout(() => window.print(), 800));
window.printWhenDrawn = () => setTimeout(printSoon, 200, 50);
