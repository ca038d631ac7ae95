extension PageFile {
    /// The page itself: its parts, empty.
    static let index = frame(
        title: "ShardQ",
        script: "/page.js",
        brand: #" <span id="version"></span>"#,
        navigation: #"""
            <p class="chooser" id="chooser" hidden><label for="run">Run</label> <select id="run"></select></p>
            <nav aria-label="Views" id="views" hidden>
            <ul>
            <li><a href="#overview">Overview</a></li>
            <li><a href="#learning">Learning</a></li>
            <li><a href="#policy">Policy</a></li>
            <li><a href="#map">Map</a></li>
            <li><a href="#life">Life</a></li>
            <li id="comparison-link" hidden><a href="#comparison">Comparison</a></li>
            </ul>
            </nav>
            """#,
        fallback: "<code>shardq runs FOLDER</code> in a terminal.",
        content: #"""
            <p class="state" id="state" role="status"></p>
            <section id="overview" aria-labelledby="overview-heading" hidden><h2 id="overview-heading" tabindex="-1">Overview</h2></section>
            <section id="learning" aria-labelledby="learning-heading" hidden><h2 id="learning-heading" tabindex="-1">Learning</h2></section>
            <section id="policy" aria-labelledby="policy-heading" hidden><h2 id="policy-heading" tabindex="-1">Policy</h2></section>
            <section id="map" aria-labelledby="map-heading" hidden><h2 id="map-heading" tabindex="-1">Map</h2></section>
            <section id="life" aria-labelledby="life-heading" hidden><h2 id="life-heading" tabindex="-1">Life of the run</h2></section>
            <section id="comparison" aria-labelledby="comparison-heading" hidden><h2 id="comparison-heading" tabindex="-1">Comparison</h2></section>
            """#
    )
}
