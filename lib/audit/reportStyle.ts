/** The style of an audit's page: no fonts to load, both themes, one column on a phone. */
export const PAGE_STYLE = `
:root { --ink: #1a1a1a; --quiet: #595959; --page: #ffffff; --card: #f5f6f8; --rule: #d4d7dd;
  --bar: #5b8fb9; --link: #0b5a9c; --error: #b3261e; --warning: #8a4b00; --note: #4a5568; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --quiet: #b0b5bd; --page: #14161a; --card: #1e2127; --rule: #3a3f48;
    --bar: #4d7ea8; --link: #8ec5f7; --error: #ff9b91; --warning: #f0b266; --note: #b8c1cf; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--page); color: var(--ink);
  font: 1rem/1.45 system-ui, sans-serif; }
h1, h2, h3 { line-height: 1.2; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0.5rem 0; }
h2 { font-size: 1.2rem; margin: 1.5rem 0 0.5rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 0.25rem 0; }
code { font: 600 0.95em ui-monospace, monospace; overflow-wrap: anywhere; }
a { color: var(--link); }
.key, .shape, .fix, dt { color: var(--quiet); }
.shape, .key, dl { font-size: 0.875rem; }
.findings { list-style: none; margin: 0; padding: 0; }
details ul { list-style: none; margin: 0.25rem 0; padding: 0 0 0 1rem; }
summary { color: var(--quiet); cursor: pointer; }
.findings > li { border-top: 1px solid var(--rule); padding: 0.5rem 0; }
b.error { color: var(--error); }
b.warning { color: var(--warning); }
b.note { color: var(--note); }
.tensors { align-items: start; display: grid; gap: 0.75rem; margin-top: 0.75rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
article { background: var(--card); border-left: 4px solid var(--rule); border-radius: 4px;
  min-width: 0; padding: 0.75rem; }
article.error { border-color: var(--error); }
article.warning { border-color: var(--warning); }
article.note { border-color: var(--note); }
svg { display: block; margin: 0.5rem 0; width: 100%; }
svg text { fill: var(--quiet); font: 12px system-ui, sans-serif; }
.bars { fill: var(--bar); }
.law { fill: none; stroke: var(--ink); stroke-dasharray: 6 4; stroke-width: 1.5; }
.axis { stroke: var(--rule); }
dl { display: grid; gap: 0.1rem 0.75rem; margin: 0.5rem 0 0; }
dl div { display: flex; gap: 0.75rem; justify-content: space-between; }
dt { flex: none; }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; text-align: right; }
`;
