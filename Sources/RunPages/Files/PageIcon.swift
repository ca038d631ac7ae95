extension PageFile {
    /// The icon in the tab of a browser.
    static let icon = PageFile(
        contentType: "image/svg+xml",
        #"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b5cad"/><path d="M3 4h4v3H3zM9 4h4v3H9zM3 9h4v3H3zM9 9h4v3H9z" fill="#fff"/></svg>

        """#
    )
}
