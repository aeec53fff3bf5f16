"""A button that copies a text with one click. Knows neither what the text is nor where it stands."""

import streamlit as st

HTML = '<button type="button"><i aria-hidden="true">content_copy</i><span aria-live="polite"></span></button>'
CSS = """
button {
  display: inline-flex; align-items: center; gap: 0.4rem; min-height: 2.5rem; padding: 0.25rem 0.75rem;
  cursor: pointer; white-space: nowrap; font: inherit; font-size: 0.875rem; color: inherit; background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
}
button:hover, button:focus-visible { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
i { font: 1.1rem "Material Symbols Rounded"; font-feature-settings: "liga"; }
"""
JS = """
const copyAside = text => {  // outside https a page has no clipboard of its own
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
};
const linkTo = pinned => {
  const link = new URL(location);
  for (const [name, code] of Object.entries(pinned)) link.searchParams.set(name, code);
  return link.href;
};
export default ({parentElement, data}) => {
  const button = parentElement.querySelector('button');
  const icon = button.querySelector('i'), label = button.querySelector('span');
  label.textContent = data.label;
  button.onclick = async () => {
    const text = data.pinned ? linkTo(data.pinned) : data.text;
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false) || copyAside(text);
    icon.textContent = done ? 'check' : 'error';
    label.textContent = done ? data.done : data.failed;
    setTimeout(() => { icon.textContent = 'content_copy'; label.textContent = data.label; }, 2500);
  };
};
"""
_mount = st.components.v2.component("copy_button", html=HTML, css=CSS, js=JS)


def copy_button(
    label: str, done: str, failed: str, key: str, text: str = "", pinned: dict[str, str] | None = None
) -> None:
    """The button `label`; when it has copied it says `done` for a moment, else `failed`.

    What it copies: `text`, or the address as it stands then, with the parameters `pinned`.
    """
    data = {"text": text, "pinned": pinned, "label": label, "done": done, "failed": failed}
    _mount(key=key, data=data, width="content")
