internal import Foundation

extension Duration {
    /// The duration in seconds.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

extension Double {
    /// Three significant digits, with k, M or G for large numbers.
    package var short: String {
        switch magnitude {
        case 1e9...: return String(format: "%.2fG", self / 1e9)
        case 1e6...: return String(format: "%.2fM", self / 1e6)
        case 1e4...: return String(format: "%.1fk", self / 1e3)
        case 100...: return String(format: "%.0f", self)
        default: return String(format: "%.3g", self)
        }
    }
}
