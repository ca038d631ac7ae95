internal import Suggestions

/// What whoever asks has seen, member by member.
///
/// Two things can be wrong with it. A name that there is not, or a list where a number belongs, is a mistake in a program and is
/// refused (`RequestFault`). A number that cannot be, or none at all, is what a broken detector says, and the decision is then a
/// fallback's (`Trouble`).
public struct Observation: Sendable {
    /// What was read of a field.
    public enum Reading<Value: Sendable>: Sendable {
        /// A value that can be.
        case value(Value)
        /// Nothing was said.
        case missing
        /// What was said cannot be seen.
        case trouble(Trouble)
    }

    /// The members as they were said.
    let members: [JSONValue.Member]

    /// Takes up what was said.
    ///
    /// - Parameters:
    ///   - members: No name twice.
    ///   - fields: What may be said.
    /// - Throws: `RequestFault` for a name that is none of theirs.
    init(_ members: [JSONValue.Member], among fields: [ObservationField]) throws(RequestFault) {
        for member in members where !fields.contains(where: { $0.name == member.name }) {
            throw RequestFault(Spelling.unknown("field", member.name, among: fields.map(\.name)))
        }
        self.members = members
    }

    private func said(_ field: ObservationField) -> JSONValue? { members.first { $0.name == field.name }?.value }

    /// Whether anything was said of a field.
    public func has(_ field: ObservationField) -> Bool { said(field) != nil }

    private static func whole(_ value: JSONValue, of field: ObservationField) throws(RequestFault) -> Reading<Int> {
        switch value {
        case .null: return .trouble(.impossible("\(field.name) has no reading"))
        case .number(let number):
            guard let whole = Int(exactly: number), whole >= 0 else {
                return .trouble(.impossible("\(field.name) \(JSONValue.text(number)) is no whole number from 0 on"))
            }
            return .value(whole)
        default: throw RequestFault("\(field.name) is \(value.kind); a whole number is wanted")
        }
    }

    /// Reads a level.
    ///
    /// - Throws: `RequestFault` for a name that there is not, or what is no level at all.
    public func level(_ field: ObservationField) throws(RequestFault) -> Reading<Int> {
        guard case .level(let count, let labels) = field.kind, let value = said(field) else { return .missing }
        if case .string(let name) = value {
            if let level = labels.firstIndex(of: name) { return .value(level) }
            // A number in quotes is what a query or a tensor of bytes has.
            guard let number = Int(name), labels.isEmpty || labels.indices.contains(number) else {
                guard !labels.isEmpty else {
                    throw RequestFault("\(field.name) is \"\(name.prefix(60))\"; a whole number is wanted")
                }
                throw RequestFault(Self.unknown(field.name, name, among: labels))
            }
            return Self.checked(number, count, field)
        }
        let reading = try Self.whole(value, of: field)
        guard case .value(let level) = reading else { return reading }
        return Self.checked(level, count, field)
    }

    private static func checked(_ level: Int, _ count: Int, _ field: ObservationField) -> Reading<Int> {
        guard level >= 0 else { return .trouble(.impossible("\(field.name) \(level) is no whole number from 0 on")) }
        guard level < count else {
            return .trouble(.outOfRange("\(field.name) \(level) is not within 0...\(count - 1)"))
        }
        return .value(level)
    }

    /// Says that a name is unknown, without listing thousands.
    private static func unknown(_ kind: String, _ name: String, among names: [String]) -> String {
        let name = String(name.prefix(60))
        guard names.count > 32 else { return Spelling.unknown(kind, name, among: names) }
        let nearest = Spelling.nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
        return
            "there is no \(kind) \"\(name)\"\(nearest) (\(names.count) are known: \(names.prefix(8).joined(separator: ", ")), …)"
    }

    /// Reads a level without which nothing can be decided at all.
    ///
    /// - Throws: `RequestFault` for everything but a level that there is.
    public func requiredLevel(_ field: ObservationField) throws(RequestFault) -> Int {
        switch try level(field) {
        case .value(let level): return level
        case .missing: throw RequestFault("\(field.name) is missing")
        case .trouble(let trouble): throw RequestFault(trouble.description)
        }
    }

    /// Reads a number.
    ///
    /// - Throws: `RequestFault` for what is no number at all.
    public func count(_ field: ObservationField) throws(RequestFault) -> Reading<Int> {
        guard case .count(let most) = field.kind, let value = said(field) else { return .missing }
        return try Self.count(value, field, most)
    }

    private static func count(_ value: JSONValue, _ field: ObservationField, _ most: Int) throws(RequestFault)
        -> Reading<Int>
    {
        let reading = try whole(value, of: field)
        guard case .value(let count) = reading else { return reading }
        guard count <= most else { return .trouble(.outOfRange("\(field.name) \(count) is not within 0...\(most)")) }
        return .value(count)
    }

    /// Reads numbers, one for each of the field's names or of the first of them.
    ///
    /// - Parameters:
    ///   - field: Which.
    ///   - first: How many of its names mean anything here.
    /// - Returns: As many numbers, in the order of the names.
    /// - Throws: `RequestFault` for another number of them, or a name that there is not.
    public func counts(_ field: ObservationField, first: Int) throws(RequestFault) -> Reading<[Int]> {
        guard case .counts(let names, let most) = field.kind, let value = said(field) else { return .missing }
        var counts: [Int] = []
        // All of it is looked at: a mistake behind something that a detector may say is a mistake all the same.
        var found: Trouble?
        for (index, part) in try Self.parts(value, names, first, field).enumerated() {
            guard let part else {
                if index < first { found = found ?? .impossible("\(field.name) has no reading for \(names[index])") }
                continue
            }
            switch try Self.count(part, field, most) {
            case .value(let count): if index < first { counts.append(count) }
            case .trouble(let trouble): if index < first { found = found ?? trouble }
            case .missing: break
            }
        }
        return found.map { .trouble($0) } ?? .value(counts)
    }

    /// The parts of a list or an object in the order of names; `nil` where an object has none.
    private static func parts(
        _ value: JSONValue,
        _ names: [String],
        _ first: Int,
        _ field: ObservationField
    ) throws(RequestFault) -> [JSONValue?] {
        switch value {
        case .null: return [.null]
        case .array(let values):
            guard values.count == names.count || values.count == first else {
                let wanted = names.prefix(first).joined(separator: ", ")
                throw RequestFault("\(field.name) has \(values.count) numbers; \(first) are wanted: \(wanted)")
            }
            return values
        case .object(let members):
            for member in members where !names.contains(member.name) {
                throw RequestFault(unknown("name in \(field.name)", member.name, among: names))
            }
            return names.map { value[$0] }
        default: throw RequestFault("\(field.name) is \(value.kind); a list or an object of numbers is wanted")
        }
    }

    /// Reads names as indices.
    ///
    /// - Throws: `RequestFault` for a name that there is not.
    public func names(_ field: ObservationField) throws(RequestFault) -> Reading<Set<Int>> {
        guard case .names(let names) = field.kind, let value = said(field) else { return .missing }
        guard case .array(let parts) = value else {
            if value == .null { return .trouble(.impossible("\(field.name) has no reading")) }
            throw RequestFault("\(field.name) is \(value.kind); a list of names is wanted")
        }
        var found: Set<Int> = []
        for part in parts {
            guard case .string(let name) = part else {
                throw RequestFault("\(field.name) has \(part.kind) in it; names are wanted")
            }
            guard let index = names.firstIndex(of: name) else {
                throw RequestFault(Self.unknown("name in \(field.name)", name, among: names))
            }
            found.insert(index)
        }
        return .value(found)
    }

    /// When it was seen; `nil` where nobody says.
    ///
    /// - Throws: `RequestFault` for what is no number.
    func time() throws(RequestFault) -> Double? {
        switch said(.time) {
        case nil: return nil
        case .number(let seconds)?: return seconds
        case let value?: throw RequestFault("time is \(value.kind); seconds since 1970 are wanted")
        }
    }

    /// What the decision is part of; `nil` where nobody says.
    ///
    /// - Throws: `RequestFault` for what is no text, or too long.
    func episode() throws(RequestFault) -> String? { try said(.episode).map(Self.episode) }

    /// Reads the name of an episode.
    ///
    /// - Throws: `RequestFault` for what is no text, or too long.
    static func episode(_ value: JSONValue) throws(RequestFault) -> String {
        guard case .string(let text) = value, case .text(let most) = ObservationField.episode.kind else {
            throw RequestFault("episode is \(value.kind); text is wanted")
        }
        guard text.unicodeScalars.count <= most else {
            throw RequestFault("episode has \(text.unicodeScalars.count) characters; at most \(most) are wanted")
        }
        return text
    }
}
