extension PageFile {
    /// A page: what all of them have, a way past the head, a form for a token, and a place for the content.
    ///
    /// - Parameters:
    ///   - title: What the browser calls it.
    ///   - script: The path of what makes it live.
    ///   - brand: What stands beside the name.
    ///   - navigation: Ways to its parts, and to other pages.
    ///   - fallback: What there is without scripts.
    ///   - content: Its parts, empty.
    /// - Returns: The page as a file.
    static func frame(
        title: String,
        script: String,
        brand: String = "",
        navigation: String,
        fallback: String,
        content: String
    ) -> PageFile {
        PageFile(
            contentType: "text/html; charset=utf-8",
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <link rel="icon" href="/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/page.css">
            <script type="module" src="\(script)"></script>
            </head>
            <body>
            <a class="skip" id="skip" href="#main">To the content</a>
            <header>
            <p class="brand">ShardQ\(brand)</p>
            \(navigation)
            <p class="connection" id="connection" role="status">Connecting.</p>
            </header>
            <main id="main" tabindex="-1">
            <noscript><p>This page needs JavaScript, which comes from the program itself. Without it: \(fallback)</p></noscript>
            <form id="admission" hidden>
            <h1>A token is asked for</h1>
            <p>It stands in the file that was given as <code>--token-file</code>.</p>
            <p><label for="token">Token</label> <input id="token" type="password" autocomplete="off" required> <button>Enter</button></p>
            <p id="admission-answer" role="status"></p>
            </form>
            <div id="content" hidden>
            <h1 id="title"></h1>
            \(content)
            </div>
            </main>
            </body>
            </html>

            """
        )
    }
}
