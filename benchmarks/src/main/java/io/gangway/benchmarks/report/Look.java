package io.gangway.benchmarks.report;

/** The styles. A chart contains its own, so that it can be used alone. */
final class Look {
    /** The series' colours also differ in lightness, for readers who see or print no colours. */
    static final String CHART = """
            .chart { --ink: #1f2328; --faint: #59636e; --grid: #d9dee3; --ground: #ffffff;
              --one: #0550ae; --two: #d4651a; --three: #8c959f;
              font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
            @media screen and (prefers-color-scheme: dark) {
              .chart { --ink: #e6edf3; --faint: #9198a1; --grid: #30363d; --ground: #0d1117;
                --one: #58a6ff; --two: #f0883e; --three: #768390; }
            }
            .chart .ground { fill: var(--ground); }
            .chart text { fill: var(--ink); }
            .chart .title { font-size: 16px; font-weight: 600; }
            .chart .faint { fill: var(--faint); }
            .chart .figure { font-variant-numeric: tabular-nums; }
            .chart .first { font-weight: 600; }
            .chart .grid { stroke: var(--grid); stroke-width: 1; }
            .chart .s0 { fill: var(--one); }
            .chart .s1 { fill: var(--two); }
            .chart .s2 { fill: var(--three); }
            .chart rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
            """;

    static final String PAGE = """
            :root { color-scheme: light dark; --ink: #1f2328; --faint: #59636e; --line: #d9dee3; --ground: #ffffff;
              --band: #f6f8fa; }
            @media screen and (prefers-color-scheme: dark) {
              :root { --ink: #e6edf3; --faint: #9198a1; --line: #30363d; --ground: #0d1117; --band: #161b22; }
            }
            * { box-sizing: border-box; }
            body { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; color: var(--ink);
              background: var(--ground); line-height: 1.5;
              font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
            h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem; }
            h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .75rem; padding-top: .75rem;
              border-top: 1px solid var(--line); }
            p { margin: .75rem 0; color: var(--faint); max-width: 48rem; }
            p strong { color: var(--ink); }
            code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
            figure { margin: .75rem 0 1.25rem; }
            figure svg { display: block; width: 100%; height: auto; max-width: 760px; }
            .table { overflow-x: auto; }
            table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
            th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid var(--line);
              vertical-align: bottom; }
            td { white-space: nowrap; }
            th { font-weight: 600; background: var(--band); }
            .key { text-align: left; }
            @media print {
              :root { color-scheme: light; }
              body { max-width: none; padding: 0; font-size: 10pt; }
              table { font-size: 8pt; }
              th, td { padding: .2rem .4rem; }
              figure, tr, h2 { break-inside: avoid; }
              h2 { break-after: avoid; }
              .table { overflow: visible; }
            }
            """;

    private Look() {}
}
