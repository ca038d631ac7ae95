internal import Evaluation

/// A picture as Scalable Vector Graphics 1.1, in one file that needs nothing else.
struct SVGPicture {
    private let picture: ChartPicture

    /// Takes a picture.
    init(_ picture: ChartPicture) { self.picture = picture }

    /// The file.
    var text: String {
        let (width, height) = (number(picture.width), number(picture.height))
        let box = picture.plot
        let window =
            "<rect x=\"\(number(box.left))\" y=\"\(number(box.top - 3))\" width=\"\(number(box.width))\" "
            + "height=\"\(number(box.height + 6))\"/>"
        let parts = picture.marks.map { element($0) }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" font-family="system-ui, 'DejaVu Sans', sans-serif">
            <clipPath id="plot">\(window)</clipPath>
            <rect width="\(width)" height="\(height)" fill="#ffffff"/>
            \(parts.joined(separator: "\n"))
            </svg>

            """
    }

    private func element(_ mark: Mark) -> String {
        let cut = mark.isCut ? " clip-path=\"url(#plot)\"" : ""
        let hint = mark.hint.map { "<title>\(HTMLReport.escaped($0))</title>" } ?? ""
        switch mark.form {
        case .line(let places, let pen):
            let points = places.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
            return "<polyline points=\"\(points)\" fill=\"none\"\(stroke(pen))\(cut)>\(hint)</polyline>"
        case .area(let places, let fill, let opacity, let edge):
            let points = places.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
            let paint = opacity < 1 ? " fill-opacity=\"\(decimal(opacity, places: 2))\"" : ""
            let line = edge.map(stroke) ?? ""
            return "<polygon points=\"\(points)\" fill=\"\(fill)\"\(paint)\(line)\(cut)>\(hint)</polygon>"
        case .dot(let place, let radius, let fill):
            return circle(place, radius, "fill=\"\(fill)\"", cut, hint)
        case .target(let place, let radius):
            return circle(place, radius, "fill=\"none\" pointer-events=\"all\"", cut, hint)
        case .text(let text, let place, let style):
            return element(text, place, style, hint)
        }
    }

    private func element(_ text: String, _ place: Place, _ style: Lettering, _ hint: String) -> String {
        let (x, y) = (number(place.x), number(place.y))
        var attributes = "x=\"\(x)\" y=\"\(y)\" font-size=\"\(number(style.size))\" fill=\"\(style.colour)\""
        if style.anchor != .start { attributes += " text-anchor=\"\(style.anchor.rawValue)\"" }
        if style.isBold { attributes += " font-weight=\"600\"" }
        if style.isUpward { attributes += " transform=\"rotate(-90 \(x) \(y))\"" }
        if style.hasHalo { attributes += " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"3\"" }
        return "<text \(attributes)>\(hint)\(HTMLReport.escaped(text))</text>"
    }

    private func circle(_ place: Place, _ radius: Double, _ paint: String, _ cut: String, _ hint: String) -> String {
        let (x, y) = (number(place.x), number(place.y))
        return "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"\(number(radius))\" \(paint)\(cut)>\(hint)</circle>"
    }

    private func stroke(_ pen: Pen) -> String {
        let dash = pen.dash.isEmpty ? "" : " stroke-dasharray=\"\(pen.dash.map(number).joined(separator: ","))\""
        return " stroke=\"\(pen.colour)\" stroke-width=\"\(number(pen.width))\" stroke-linejoin=\"round\"\(dash)"
    }

    /// Two decimal places, without noughts at the end.
    private func number(_ value: Double) -> String {
        var text = decimal(value, places: 2)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
