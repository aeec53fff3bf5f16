// Tab leaves a list as it leaves every other control; inside it the arrows move, and what they reach is opened
addEventListener('keydown', pressed => {
  if (pressed.key === 'Tab' && pressed.target.closest?.('.stDataFrame')) pressed.stopImmediatePropagation();
}, true);

// Escape closes the drawer wherever the focus is: a button that is drawn anew has lost it
const DRAWER = '[data-testid="stDialog"]';
addEventListener('keydown', pressed => {
  if (pressed.key !== 'Escape' || pressed.target.closest?.(DRAWER)) return;
  document.querySelector(`${DRAWER} :is([aria-label="Close"], [aria-label="閉じる"])`)?.click();
});

// Streamlit's own words (static/streamlit.toml) in the language of the page
const NAMED = ['aria-label', 'title', 'placeholder'];
const TELLING = `[data-testid="stTooltipContent"], [data-testid^="stDataFrameColumn"], [data-testid^="stDataFrameStatistics"],
  .stDataFrameColumnFormattingMenu, .stDataFrameStatisticsMenu, .gdg-search-bar, .gdg-search-bar-inner`;
const patternOf = words => new RegExp(`^${words.replace(/[.*+?^$()|[\]\\/]/g, '\\$&').replaceAll('{}', '(.+)')}$`);
const table = pairs => ({
  plain: new Map(pairs.filter(([from]) => !from.includes('{}'))),
  patterns: pairs.filter(([from]) => from.includes('{}')).map(([from, to]) => [patternOf(from), to]),
});
const pairs = Object.entries(STREAMLITS);
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
  for (const place of document.querySelectorAll(TELLING)) {
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const before = texts.currentNode.nodeValue, after = translated(before, into);
      if (after !== before) texts.currentNode.nodeValue = after;
    }
  }
};
// an icon beside words says nothing to a screen reader, nor do the bars of a tile
const hideDecoration = () => {
  for (const bars of document.querySelectorAll('[data-testid="stMetricChart"]:not([aria-hidden])'))
    bars.setAttribute('aria-hidden', 'true');
  for (const icon of document.querySelectorAll('[role="img"][aria-label$=" icon"]:not([aria-hidden])'))
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
