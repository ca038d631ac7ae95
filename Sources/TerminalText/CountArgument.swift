/// A number of things as people write it: `8000000`, `8M`, `1.5k`, `1e6`, `2_000_000`.
public struct CountArgument: Sendable, Hashable {
    /// The number.
    public let value: UInt64

    /// What each letter stands for.
    private static let factors: [Character: UInt64] = ["k": 1_000, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000]

    /// Reads a number; `nil` where it is none, is not whole, or is beyond 64 bits.
    public init?(_ text: String) {
        var digits = Substring(text)
        var factor: UInt64 = 1
        if let last = digits.last, let meant = Self.factors[last] {
            factor = meant
            digits.removeLast()
        } else if let mark = digits.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            var power = digits[digits.index(after: mark)...]
            if power.first == "+" { power.removeFirst() }
            guard let zeros = Self.plain(power), zeros <= 18 else { return nil }
            for _ in 0..<zeros { factor *= 10 }
            digits = digits[..<mark]
        }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let whole = Self.plain(first) else { return nil }
        let (product, overflows) = whole.multipliedReportingOverflow(by: factor)
        guard !overflows else { return nil }
        guard parts.count == 2 else {
            value = product
            return
        }
        guard let rest = Self.share(parts[1], of: factor) else { return nil }
        let (sum, isTooLarge) = product.addingReportingOverflow(rest)
        guard !isTooLarge else { return nil }
        value = sum
    }

    /// Digits, between which there may be underscores.
    private static func plain(_ text: Substring) -> UInt64? {
        guard let first = text.first, let last = text.last, first != "_", last != "_" else { return nil }
        guard text.allSatisfy({ ("0"..."9").contains($0) || $0 == "_" }) else { return nil }
        return UInt64(text.filter { $0 != "_" })
    }

    /// What decimal places are of a whole number; `nil` where that is not whole.
    private static func share(_ places: Substring, of factor: UInt64) -> UInt64? {
        guard !places.isEmpty, places.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
        var (rest, sum) = (factor, UInt64(0))
        for place in places {
            guard let digit = UInt64(String(place)) else { return nil }
            if rest % 10 != 0 {
                guard digit == 0 else { return nil }
                continue
            }
            rest /= 10
            sum += digit * rest
        }
        return sum
    }
}
