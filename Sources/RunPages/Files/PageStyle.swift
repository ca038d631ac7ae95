extension PageFile {
    /// How the page looks: light and dark, wide and narrow, on paper.
    static let style = PageFile(
        contentType: "text/css; charset=utf-8",
        #"""
        :root {
          color-scheme: light dark;
          --text: #1b1f24; --muted: #57606a; --page: #ffffff; --raised: #f5f7f9; --border: #868e96; --faint: #d5dae0;
          --accent: #0b5cad; --on-accent: #ffffff; --warning: #8a4b00; --wall: #495057;
          --line-0: #0b5cad; --line-1: #b35900; --line-2: #6f42c1; --line-3: #1a7f37; --line-4: #a40e56; --line-5: #57606a;
          --queue: #3b2a78; --moving: #6f9fd8; --go: #0072b2; --change: #a88400; --stop: #8f2d00; --load: #7a1f5c; --load-pale: #d9c9d6;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --text: #e6edf3; --muted: #9fa9b4; --page: #0d1117; --raised: #161b22; --border: #6e7681; --faint: #30363d;
            --accent: #79b8ff; --on-accent: #0d1117; --warning: #ffb86b; --wall: #8b949e;
            --line-0: #79b8ff; --line-1: #ffab5e; --line-2: #c8a6ff; --line-3: #7ee08f; --line-4: #ff8fc0; --line-5: #b1bac4;
            --queue: #d9ccff; --moving: #4878b0; --go: #56b4e9; --change: #fff06a; --stop: #e8702a; --load: #e86cc0; --load-pale: #4a3a46;
          }
        }
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
        header {
          display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; padding: 0.5rem 1rem;
          background: var(--raised); border-bottom: 1px solid var(--faint);
        }
        header p { margin: 0; }
        .brand { font-weight: 700; }
        .brand span { font-weight: 400; color: var(--muted); }
        .connection { color: var(--muted); margin-left: auto; }
        nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem; list-style: none; margin: 0; padding: 0; }
        nav a {
          display: inline-block; min-height: 2.25rem; padding: 0.375rem 0.75rem; color: var(--accent); text-decoration: none; border-radius: 0.375rem;
        }
        nav a:hover { text-decoration: underline; }
        nav a[aria-current] { background: var(--accent); color: var(--on-accent); }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { left: 0.5rem; top: 0.5rem; padding: 0.5rem; background: var(--page); color: var(--accent); z-index: 1; }
        main { max-width: 75rem; margin: 0 auto; padding: 1rem; }
        main:focus, h2:focus { outline: none; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        h1 { margin: 0; font-size: 1.5rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.25rem; margin: 1rem 0 0.5rem; }
        h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
        h4 { font-size: 1rem; margin: 0.5rem 0; }
        .state { margin: 0.25rem 0; font-weight: 600; overflow-wrap: anywhere; }
        .state::before { content: "● "; color: var(--muted); }
        .state[data-state="training"]::before, .state[data-state="evaluating"]::before { content: "▶ "; color: var(--accent); }
        .state[data-state="complete"]::before { content: "✓ "; color: var(--line-3); }
        .state[data-state="failed"]::before, .state[data-state="killed"]::before, .state[data-state="interrupted"]::before { content: "! "; color: var(--warning); }
        .warning, .faults { color: var(--warning); }
        .faults:empty { display: none; }
        .note { color: var(--muted); }
        progress { width: 100%; height: 1rem; accent-color: var(--accent); }
        #done { margin: 0; }
        .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 0.5rem 1rem; margin: 0.75rem 0; }
        .facts .wide { grid-column: 1 / -1; }
        .facts dt { color: var(--muted); font-size: 0.875rem; }
        .facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        code, pre { font: 0.9rem/1.4 ui-monospace, monospace; }
        .digest code { overflow-wrap: anywhere; }
        pre { overflow: auto; padding: 0.75rem; background: var(--raised); border: 1px solid var(--faint); }
        .scroll { overflow: auto; max-height: 28rem; margin: 0.75rem 0; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--muted); padding: 0.25rem 0; }
        th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--faint); }
        thead th { position: sticky; top: 0; background: var(--page); border-bottom-color: var(--border); }
        tbody th { font-weight: 500; }
        .events { max-height: 16rem; overflow: auto; }
        .events ol { list-style: none; padding: 0; margin: 0; }
        .events li { padding: 0.125rem 0; }
        .time { display: inline-block; min-width: 5rem; color: var(--muted); font-variant-numeric: tabular-nums; }
        .events [data-kind="lost"], .events [data-kind="rollback"] { color: var(--warning); font-weight: 600; }
        select, input, button {
          font: inherit; color: var(--text); background: var(--page); border: 1px solid var(--border); border-radius: 0.375rem;
          min-height: 2.25rem; padding: 0.25rem 0.5rem; max-width: 100%;
        }
        input[type="range"] { flex: 1; min-width: 8rem; padding: 0; accent-color: var(--accent); }
        summary { cursor: pointer; min-height: 2rem; padding: 0.25rem 0; color: var(--accent); }
        figure { margin: 0.75rem 0; }
        .chart { display: block; width: 100%; touch-action: pan-y; }
        .grid { stroke: var(--faint); }
        .tick, .axis { fill: var(--muted); font-size: 0.8125rem; }
        .middle { text-anchor: middle; }
        .end { text-anchor: end; }
        .cursor { stroke: var(--text); stroke-dasharray: 2 2; }
        .line { fill: none; stroke-width: 1.75; stroke-linejoin: round; }
        .line-0 { stroke: var(--line-0); stroke-width: 2.75; }
        .line-1 { stroke: var(--line-1); stroke-dasharray: 9 4; }
        .line-2 { stroke: var(--line-2); stroke-dasharray: 3 3; }
        .line-3 { stroke: var(--line-3); stroke-dasharray: 12 3 3 3; }
        .line-4 { stroke: var(--line-4); stroke-dasharray: 6 2; }
        .line-5 { stroke: var(--line-5); stroke-dasharray: 1 4; }
        .dot { stroke-dasharray: none; stroke-width: 1; }
        .dot.line-0 { fill: var(--line-0); } .dot.line-1 { fill: var(--line-1); } .dot.line-2 { fill: var(--line-2); }
        .dot.line-3 { fill: var(--line-3); } .dot.line-4 { fill: var(--line-4); } .dot.line-5 { fill: var(--line-5); }
        .band { stroke: none; opacity: 0.18; } .level { stroke: var(--muted); stroke-dasharray: 1 3; }
        .band.line-0 { fill: var(--line-0); } .band.line-1 { fill: var(--line-1); } .band.line-2 { fill: var(--line-2); }
        .band.line-3 { fill: var(--line-3); } .band.line-4 { fill: var(--line-4); } .band.line-5 { fill: var(--line-5); }
        .legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0; padding: 0; }
        .sample { width: 2.25rem; height: 0.5rem; vertical-align: middle; }
        .slider { display: flex; gap: 0.75rem; align-items: center; flex-wrap: wrap; }
        .values { display: block; min-height: 3rem; }
        .plan { max-width: 45rem; }
        .plan svg { display: block; width: 100%; max-height: 40rem; }
        .plan [data-state] { cursor: pointer; }
        rect.place { stroke: var(--faint); stroke-width: 1; }
        rect.place:not([fill]) { fill: var(--raised); }
        rect.wall { fill: var(--wall) !important; }
        rect.goal { fill: var(--page); stroke: var(--line-3); stroke-width: 2; }
        rect.hazard { fill: var(--page); stroke: var(--warning); }
        .letter { text-anchor: middle; font-weight: 700; font-size: 0.9rem; fill: var(--text); }
        .letter.beside { text-anchor: start; font-size: 0.6rem; }
        .arrow { fill: none; stroke: var(--text); stroke-width: 2.5; }
        .arrow.on-light { stroke: #10243a; } .letter.on-light { fill: #10243a; }
        .arrow.on-dark { stroke: #ffffff; } .letter.on-dark { fill: #ffffff; }
        .marker { fill: none; stroke: #d9480f; stroke-width: 4; pointer-events: none; }
        .player, .maps { margin: 0.75rem 0; }
        .player { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
        .player .play { min-width: 6.5rem; font-weight: 600; }
        .player input { flex: 4; min-width: 10rem; }
        .time-shown { min-width: 6.5rem; font-variant-numeric: tabular-nums; }
        .maps { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
        .maps.two { grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); }
        .map { margin: 0; min-width: 0; }
        .map canvas { display: block; width: 100%; background: var(--raised); border: 1px solid var(--faint); border-radius: 0.375rem; cursor: pointer; }
        .map figcaption { font-weight: 600; padding-bottom: 0.25rem; font-variant-numeric: tabular-nums; }
        .swatch { display: inline-block; width: 1.5rem; height: 0.625rem; vertical-align: baseline; }
        .swatch.queue { background: var(--queue); } .swatch.moving { background: var(--moving); height: 0.3rem; margin-bottom: 0.15rem; }
        .swatch.go { background: var(--go); width: 0.875rem; } .swatch.change { background: var(--change); width: 0.5rem; }
        .swatch.stop { background: var(--stop); width: 0.25rem; } .swatch.load { background: linear-gradient(90deg, var(--load-pale), var(--load)); }
        .swatch.accent { background: var(--accent); height: 0.25rem; margin-bottom: 0.2rem; }
        .swatch.waiting { background: var(--text); } .swatch.round { width: 0.75rem; height: 0.75rem; border-radius: 50%; vertical-align: -0.1rem; }
        .swatch.dashed { border: 2px dashed var(--warning); }
        .lifeline { display: block; width: 100%; }
        .presence { fill: var(--moving); }
        .mark { width: 1.1rem; height: 1.1rem; vertical-align: middle; }
        .mark-bar { fill: var(--moving); } .mark-lost { stroke: var(--warning); stroke-width: 2.5; fill: none; }
        .mark-rollback { fill: var(--warning); } .rollback-line { stroke: var(--warning); stroke-dasharray: 3 3; }
        .mark-checkpoint { fill: var(--line-3); } .mark-phase { stroke: var(--text); stroke-width: 2; }
        .load-cell { fill: var(--load); }
        .why { min-height: 1.75rem; padding: 0 0.5rem; color: var(--accent); font-variant-numeric: tabular-nums; }
        .factors, .lists { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; }
        .factors p { margin: 0.25rem 0; }
        .lists ul { list-style: none; padding: 0; margin: 0; max-height: 16rem; overflow: auto; }
        .lists li { margin: 0.25rem; }
        .name { font-weight: 600; min-height: 1.5rem; overflow-wrap: anywhere; }
        .bar { width: 10rem; height: 0.75rem; }
        .bar rect { fill: var(--border); }
        .bar rect.best { fill: var(--accent); }
        @media (max-width: 40rem) {
          main { padding: 0.75rem; }
          .connection { margin-left: 0; }
          .bar { width: 5rem; }
        }
        @media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
        @media (forced-colors: active) { nav a[aria-current] { border: 2px solid; } }
        @media print {
          header, .slider, .factors, .lists, .skip { display: none; }
          .scroll, pre { overflow: visible; max-height: none; }
        }

        """#
    )
}
