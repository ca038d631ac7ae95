extension PageFile {
    /// The page itself: its parts, empty.
    static let index = PageFile(
        contentType: "text/html; charset=utf-8",
        #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>ShardQ</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/page.css">
        <script type="module" src="/page.js"></script>
        </head>
        <body>
        <a class="skip" id="skip" href="#main">To the content</a>
        <header>
        <p class="brand">ShardQ <span id="version"></span></p>
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
        <p class="connection" id="connection" role="status">Connecting.</p>
        </header>
        <main id="main" tabindex="-1">
        <noscript><p>This page needs JavaScript, which comes from the program itself. Without it: <code>shardq runs FOLDER</code> in a terminal.</p></noscript>
        <form id="admission" hidden>
        <h1>A token is asked for</h1>
        <p>It stands in the file that was given as <code>--token-file</code>.</p>
        <p><label for="token">Token</label> <input id="token" type="password" autocomplete="off" required> <button>Enter</button></p>
        <p id="admission-answer" role="status"></p>
        </form>
        <div id="content" hidden>
        <h1 id="title"></h1>
        <p class="state" id="state" role="status"></p>
        <section id="overview" aria-labelledby="overview-heading" hidden><h2 id="overview-heading" tabindex="-1">Overview</h2></section>
        <section id="learning" aria-labelledby="learning-heading" hidden><h2 id="learning-heading" tabindex="-1">Learning</h2></section>
        <section id="policy" aria-labelledby="policy-heading" hidden><h2 id="policy-heading" tabindex="-1">Policy</h2></section>
        <section id="map" aria-labelledby="map-heading" hidden><h2 id="map-heading" tabindex="-1">Map</h2></section>
        <section id="life" aria-labelledby="life-heading" hidden><h2 id="life-heading" tabindex="-1">Life of the run</h2></section>
        <section id="comparison" aria-labelledby="comparison-heading" hidden><h2 id="comparison-heading" tabindex="-1">Comparison</h2></section>
        </div>
        </main>
        </body>
        </html>

        """#
    )
}
