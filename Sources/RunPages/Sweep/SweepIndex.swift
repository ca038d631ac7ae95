extension PageFile {
    /// The page of a sweep: its parts, empty.
    static let sweepIndex = PageFile(
        contentType: "text/html; charset=utf-8",
        #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>ShardQ: sweep</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/page.css">
        <script type="module" src="/sweep.js"></script>
        </head>
        <body>
        <a class="skip" href="#main">To the content</a>
        <header>
        <p class="brand">ShardQ</p>
        <nav aria-label="Views"><ul><li><a href="/" aria-current="page">Sweep</a></li><li><a href="/runs" id="runs">Its runs</a></li></ul></nav>
        <p class="connection" id="connection" role="status">Connecting.</p>
        </header>
        <main id="main" tabindex="-1">
        <noscript><p>This page needs JavaScript, which comes from the program itself. Without it: report.html in the sweep's folder.</p></noscript>
        <form id="admission" hidden>
        <h1>A token is asked for</h1>
        <p>It stands in the file that was given as <code>--token-file</code>.</p>
        <p><label for="token">Token</label> <input id="token" type="password" autocomplete="off" required> <button>Enter</button></p>
        <p id="admission-answer" role="status"></p>
        </form>
        <div id="content" hidden>
        <h1 id="title"></h1>
        <p class="state" id="verdict" role="status"></p>
        <section aria-labelledby="settings-heading"><h2 id="settings-heading">Settings, the best first</h2><div id="settings"></div></section>
        <section aria-labelledby="curves-heading" id="curves-part" hidden><h2 id="curves-heading">On the way there</h2><div id="curves"></div></section>
        <section aria-labelledby="single-heading"><h2 id="single-heading">Every run</h2><div id="single"></div></section>
        </div>
        </main>
        </body>
        </html>

        """#
    )
}
