extension PageFile {
    /// The page of a sweep: its parts, empty.
    static let sweepIndex = frame(
        title: "ShardQ: sweep",
        script: "/sweep.js",
        navigation: #"""
            <nav aria-label="Views"><ul><li><a href="/" aria-current="page">Sweep</a></li><li><a href="/runs" id="runs">Its runs</a></li></ul></nav>
            """#,
        fallback: "report.html in the sweep's folder.",
        content: #"""
            <p class="state" id="verdict" role="status"></p>
            <section aria-labelledby="settings-heading"><h2 id="settings-heading">Settings, the best first</h2><div id="settings"></div></section>
            <section aria-labelledby="curves-heading" id="curves-part" hidden><h2 id="curves-heading">On the way there</h2><div id="curves"></div></section>
            <section aria-labelledby="single-heading"><h2 id="single-heading">Every run</h2><div id="single"></div></section>
            """#
    )
}
