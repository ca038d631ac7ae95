/// A setting that there was not always: one that is not written down has the value that everything had before.
///
/// And it is only written down where it has another, so that a run whose settings nobody touched keeps its identity when a
/// release brings a setting more. The coding of whatever has such settings is the one that the compiler makes.
@propertyWrapper
public struct AddedSetting<Absence: SettingAbsence>: Sendable, Hashable {
    /// The value.
    public var wrappedValue: Absence.Value

    /// Creates a setting.
    public init(wrappedValue: Absence.Value) {
        self.wrappedValue = wrappedValue
    }
}

/// What a setting is worth where it is not written down.
public protocol SettingAbsence: Sendable, Hashable {
    /// What the setting is.
    associatedtype Value: Codable & Sendable & Hashable

    /// The value that everything had before there was the setting.
    static var value: Value { get }
}

/// Not, before one could choose to.
public enum AbsentFalse: SettingAbsence {
    /// No.
    public static var value: Bool { false }
}

/// No times, before one could say how many.
public enum AbsentZero: SettingAbsence {
    /// None.
    public static var value: Int { 0 }
}

/// As it is, before there was a factor.
public enum AbsentFactor: SettingAbsence {
    /// 1.
    public static var value: Float { 1 }
}

/// None, before there were any.
public enum AbsentList<Element: Codable & Sendable & Hashable>: SettingAbsence {
    /// No element.
    public static var value: [Element] { [] }
}

extension AddedSetting: Codable {
    /// Reads a value that is there.
    public init(from decoder: any Decoder) throws {
        self.init(wrappedValue: try decoder.singleValueContainer().decode(Absence.Value.self))
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}

extension KeyedDecodingContainer {
    /// Reads a setting, or takes the value that everything had before.
    public func decode<Absence>(_: AddedSetting<Absence>.Type, forKey key: Key) throws -> AddedSetting<Absence> {
        AddedSetting(wrappedValue: try decodeIfPresent(Absence.Value.self, forKey: key) ?? Absence.value)
    }
}

extension KeyedEncodingContainer {
    /// Writes a setting unless everything had its value before.
    public mutating func encode<Absence>(_ setting: AddedSetting<Absence>, forKey key: Key) throws {
        if setting.wrappedValue != Absence.value { try encode(setting.wrappedValue, forKey: key) }
    }
}
