"""The page of `calque.report.alignment`. Text in a module, so that what is cached follows its changes."""

TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }} | calque</title>
<style>
:root { color-scheme: light dark; --ink:#1d2330; --soft:#5b6472; --back:#fbfbf9; --card:#ffffff; --line:#dfe2e6; --agree:#0072b2; --extra:#d55e00; --open:#9aa1ab; --heat:#0072b2; }
@media (prefers-color-scheme: dark) { :root { --ink:#eceef2; --soft:#a0a8b5; --back:#14171c; --card:#1c2027; --line:#343a44; --agree:#56b4e9; --extra:#ff8f4d; --open:#6d7683; --heat:#56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 12px 12px 60px; }
h1 { font-size: 1.5rem; margin: 8px 0; } h2 { font-size: 1.05rem; margin: 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px; margin: 14px 0; }
section:target { border-color: var(--agree); }
a { color: inherit; text-underline-offset: 3px; }
.scroll { overflow-x: auto; padding-bottom: 6px; }
.soft { color: var(--soft); font-size: .92rem; font-weight: 400; margin: 4px 0; } .big { font-size: 1.7rem; font-weight: 700; line-height: 1.25; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 22px; margin: 8px 0; padding: 0; list-style: none; } .legend li { display: flex; align-items: center; gap: 8px; }
table { border-collapse: collapse; font-size: .92rem; } th, td { text-align: left; padding: 3px 14px 3px 0; white-space: nowrap; } th { color: var(--soft); font-weight: 600; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } td.text { white-space: normal; overflow-wrap: anywhere; min-width: 7em; unicode-bidi: plaintext; }
@media (max-width: 600px) { th, td { padding-right: 9px; } }
summary { cursor: pointer; color: var(--soft); padding: 6px 0; } bdi { color: var(--ink); } .list p { margin: 4px 0; }
svg { display: block; flex: none; } svg.curves { margin: 0 auto; } svg text { fill: var(--ink); font: 16px system-ui, "Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari", "Noto Sans CJK JP", sans-serif; }
svg.cells text { font-size: 14px; } svg text.null { fill: var(--soft); }
svg path { fill: none; } .grid { stroke: var(--line); } svg path.heat { fill: var(--heat); }
g path { stroke: currentColor; stroke-width: 2.4; stroke-linecap: round; } g .mark { stroke-width: 2.2; stroke-dasharray: none; } g .dot { fill: currentColor; stroke: currentColor; stroke-width: 2; }
.agree, .made { color: var(--agree); } .extra { color: var(--extra); } .missed { color: var(--ink); } .open { color: var(--open); }
g.extra path { stroke-dasharray: 1 6; stroke-width: 3; } g.missed path { stroke-dasharray: 9 6; stroke-width: 2; } g.missed .mark { fill: var(--card); } g.open path { stroke-dasharray: 3 5; stroke-width: 1.2; }
g.extra .mark, g.missed .mark { stroke-dasharray: none; stroke-width: 2.2; }
g.possible path { stroke-width: 1.3; } g.agree.possible .dot { fill: none; }
g:hover path { stroke-width: 5; }
</style>
</head>
<body>
<main id="top">
<p class="soft">calque {{ version }} · word links{% if languages %} · {{ languages }}{% endif %}</p>
<h1>{{ title }}</h1>
<section>
{% if scored %}
<div class="big">{{ totals.aer|percent }} <span class="soft">alignment error rate, {{ count }} pairs; precision {{ totals.link_precision|percent }}, recall {{ totals.link_recall|percent }}, F1 {{ totals.link_f1|percent }}</span></div>
<p class="soft">{{ totals.predicted }} predicted links, {{ totals.sure }} sure in the gold. Rates in percent, summed over {{ "the pairs" if pairs|length == count else "all pairs, of which " ~ pairs|length ~ " are drawn" }}.</p>
{% else %}
<p class="soft">{{ count }} pairs{{ "" if pairs|length == count else ", of which " ~ pairs|length ~ " are drawn" }}; no gold links to compare with.</p>
{% endif %}
<ul class="legend">{% for picture, text in legend %}<li>{{ picture }} {{ text }}</li>{% endfor %}</ul>
<details{% if pairs|length <= 12 %} open{% endif %}><summary>Index</summary>
<div class="scroll"><table>
<tr><th class="n">pair</th>{% if scored %}<th class="n">AER</th><th class="n">missed</th><th class="n">extra</th>{% endif %}<th>source</th></tr>
{% for pair in pairs %}
<tr><td class="n"><a href="#p{{ pair.number }}">{{ pair.number }}</a></td>{% if scored %}<td class="n">{{ pair.aer|percent }}</td><td class="n">{{ pair.counts.missed }}</td><td class="n">{{ pair.counts.extra }}</td>{% endif %}<td class="text" dir="auto">{{ pair.start }}</td></tr>
{% endfor %}
</table></div></details>
</section>
{% for pair in pairs %}
<section id="p{{ pair.number }}">
<h2>Pair {{ pair.number }} <span class="soft">{% if scored %}AER {{ pair.aer|percent or "–" }} · {{ pair.counts.agree }} agree, {{ pair.counts.missed }} missed, {{ pair.counts.extra }} extra{% else %}{{ pair.counts.made }} links{% endif %} · <a href="#top">top</a></span></h2>
<div class="scroll"{% if backward %} dir="rtl"{% endif %} tabindex="0">{{ pair.curves }}</div>
<details{% if pair.heat %} open{% endif %}><summary>Grid{{ " of scores" if pair.heat }} and list</summary>
<div class="scroll" tabindex="0">{{ pair.grid }}</div>
<div class="list">{% for name, items in pair.list %}<p class="soft">{{ name }}: {% for one, other in items %}<bdi>{{ one }}</bdi>–<bdi>{{ other }}</bdi>{{ ", " if not loop.last }}{% endfor %}</p>{% endfor %}</div>
</details>
</section>
{% endfor %}
</main>
</body>
</html>
"""
