using Vesper.Bench.Reporting.Charts;

namespace Vesper.Bench.Reporting.Pages;

/// <summary>The style sheet of the page, for light and dark, screen and paper.</summary>
internal static class PageStyle
{
    private const string Light = "--ink:#16191f;--soft:#5b6472;--line:#dfe3ea;--paper:#fff;--panel:#f6f7f9;"
        + "--good:#0a6b3d;--bad:#b3261e;--warn:#fff4d6;--warn-ink:#6b4a00;";

    private const string Dark = "--ink:#e7eaf0;--soft:#9aa4b4;--line:#333a46;--paper:#14171c;--panel:#1c2027;"
        + "--good:#5fd08f;--bad:#ff8b80;--warn:#3a2f10;--warn-ink:#f3d98b;";

    private const string Rules = """
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1320px;padding:24px 28px 64px;background:var(--paper);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans","DejaVu Sans",sans-serif}
        h1{font-size:28px;line-height:1.2;margin:0 0 4px}
        h2{font-size:21px;margin:44px 0 10px;padding-top:14px;border-top:1px solid var(--line)}
        h3{font-size:16px;margin:26px 0 8px}
        p{max-width:100ch;margin:8px 0}
        header>p{color:var(--soft)}
        nav{display:flex;flex-wrap:wrap;gap:4px 16px;margin-top:12px}
        nav a{color:var(--c0)}
        ul{max-width:110ch;padding-left:22px;margin:8px 0}
        .warning{background:var(--warn);color:var(--warn-ink);padding:8px 12px;border-radius:6px}
        .table{display:inline-block;vertical-align:top;max-width:100%;overflow-x:auto;margin:8px 20px 14px 0}
        table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
        caption{text-align:left;font-weight:600;padding:6px 0}
        th,td{text-align:left;padding:4px 11px 4px 6px;border-bottom:1px solid var(--line);vertical-align:top}
        thead th{color:var(--soft);font-weight:600;border-bottom:2px solid var(--line);vertical-align:bottom}
        tbody th{font-weight:500;white-space:nowrap}
        tbody tr:hover{background:var(--panel)}
        .number{text-align:right;white-space:nowrap}
        .good{color:var(--good);font-weight:600}
        .bad{color:var(--bad);font-weight:600}
        .muted{color:var(--soft)}
        details{margin:10px 0}
        summary{cursor:pointer;color:var(--c0)}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,500px),1fr));gap:18px;margin:10px 0}
        .dense{grid-template-columns:repeat(auto-fill,minmax(min(100%,380px),1fr))}
        .note{color:var(--soft);font-size:13px;margin:4px 0}
        figure{margin:0;padding:12px 12px 6px;border:1px solid var(--line);border-radius:8px;background:var(--panel);
        max-width:760px;break-inside:avoid}
        figcaption{font-weight:600;font-size:14px;margin-bottom:6px}
        figure svg{display:block;width:100%;height:auto;overflow:visible}
        svg text{font-size:12px;fill:var(--soft);font-variant-numeric:tabular-nums}
        svg .axis,svg .value{fill:var(--ink)}
        .grid{stroke:var(--line);stroke-width:1}
        .minor{stroke-dasharray:1 3}
        .base{stroke:var(--soft);stroke-width:1}
        .one{stroke:var(--ink);stroke-width:1;stroke-dasharray:3 3}
        .curve{fill:none;stroke:var(--c);stroke-width:1.6;stroke-linejoin:round}
        .mark{fill:var(--c);stroke:var(--panel);stroke-width:.8}
        .hollow{fill:var(--panel);stroke:var(--c);stroke-width:1.5}
        .bar{fill:var(--c)}
        .whisker{stroke:var(--ink);stroke-width:1.5}
        .series:hover .curve{stroke-width:3.5}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:0 20px;padding:0;margin:2px 0;max-width:none;
        font-size:13.5px}
        .legend li{display:flex;align-items:center;gap:7px}
        .legend svg{width:34px;height:14px;flex:none}
        @media print{body{max-width:none;padding:0}nav{display:none}h2{break-after:avoid}}

        """;

    /// <summary>The whole sheet.</summary>
    public static string Text => $":root{{color-scheme:light dark;{Light}{ColourRange.Variables(isDark: false)}}}\n"
        + $"@media (prefers-color-scheme:dark){{:root{{{Dark}{ColourRange.Variables(isDark: true)}}}}}\n"
        + ColourRange.Classes + "\n" + Rules;
}
