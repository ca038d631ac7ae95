internal import Suggestions

/// An input tensor of the Open Inference Protocol, read and checked.
struct Tensor {
    let name: String
    /// The first dimension: how many observations.
    let rowCount: Int
    /// The elements of each row.
    let width: Int
    private let elements: [JSONValue]

    /// The whole numbers that each type has; `nil` for fractions.
    private static let types: [(name: String, range: ClosedRange<Double>?)] = [
        ("BOOL", nil), ("UINT8", 0...255), ("UINT16", 0...65_535), ("UINT32", 0...4_294_967_295),
        ("UINT64", 0...0x1p64),
        ("INT8", -128...127), ("INT16", -32_768...32_767), ("INT32", -2_147_483_648...2_147_483_647),
        ("INT64", -0x1p63...0x1p63), ("FP32", nil), ("FP64", nil), ("BYTES", nil),
    ]

    /// The types that there are.
    static var typeNames: [String] { types.map(\.name) }

    /// Reads a tensor.
    ///
    /// - Throws: `RequestFault` for a shape that is not the data's, an element that is not of the type, or binary data.
    init(_ value: JSONValue, mostRows: Int) throws(RequestFault) {
        guard case .object(let members) = value, case .string(let name)? = value["name"] else {
            throw RequestFault(
                "an input is \(value.kind) without a name; {\"name\", \"shape\", \"datatype\", \"data\"} is wanted"
            )
        }
        let known = ["name", "shape", "datatype", "parameters", "data"]
        for member in members where !known.contains(member.name) {
            throw RequestFault("input \(name): " + Spelling.unknown("key", member.name, among: known))
        }
        self.name = name
        if value["parameters"]?["binary_data_size"] != nil {
            throw RequestFault(
                "input \(name) is binary; this server reads tensors as JSON only (binary_data=False in Triton's client)"
            )
        }
        guard case .string(let type)? = value["datatype"], let (_, range) = Self.types.first(where: { $0.name == type })
        else {
            throw RequestFault("input \(name) has no datatype of \(Self.types.map(\.name).joined(separator: ", "))")
        }
        let shape = try Self.shape(value["shape"], name)
        guard (1...mostRows).contains(shape[0]) else {
            throw RequestFault("input \(name) has \(shape[0]) rows; 1 to \(mostRows) observations make a request")
        }
        guard let data = value["data"] else { throw RequestFault("input \(name) has no data") }
        var elements: [JSONValue] = []
        try Self.flatten(data, depth: 0, most: shape.count, into: &elements, name)
        let size = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 &* $1 }
        guard elements.count == size else {
            throw RequestFault("input \(name) has \(elements.count) elements; its shape \(shape) has \(size)")
        }
        for element in elements { try Self.check(element, type, range, name) }
        self.elements = elements
        rowCount = shape[0]
        width = size / shape[0]
    }

    private static func shape(_ value: JSONValue?, _ name: String) throws(RequestFault) -> [Int] {
        guard case .array(let parts)? = value, (1...4).contains(parts.count) else {
            throw RequestFault("input \(name) has no shape of 1 to 4 dimensions")
        }
        var shape: [Int] = []
        for part in parts {
            guard case .number(let number) = part, let length = Int(exactly: number), length >= 0 else {
                throw RequestFault("input \(name): a dimension of the shape is no whole number from 0 on")
            }
            shape.append(length)
        }
        return shape
    }

    /// Lists may lie in one another as the shape does, or be one.
    private static func flatten(
        _ value: JSONValue,
        depth: Int,
        most: Int,
        into elements: inout [JSONValue],
        _ name: String
    ) throws(RequestFault) {
        guard case .array(let values) = value else {
            guard depth > 0 else { throw RequestFault("input \(name): data is \(value.kind); a list is wanted") }
            return elements.append(value)
        }
        guard depth < most else { throw RequestFault("input \(name): data has more dimensions than the shape") }
        for value in values { try flatten(value, depth: depth + 1, most: most, into: &elements, name) }
    }

    private static func check(_ element: JSONValue, _ type: String, _ range: ClosedRange<Double>?, _ name: String)
        throws(RequestFault)
    {
        let fits =
            switch element {
            case .string: type == "BYTES"
            case .bool: type == "BOOL"
            case .number(let number):
                type != "BYTES" && type != "BOOL"
                    && (range.map { $0.contains(number) && number == number.rounded() } ?? true)
            default: false
            }
        guard fits else {
            let what: String =
                if case .number(let number) = element { "\(number)" } else { element.kind }
            throw RequestFault("input \(name): an element of \(type) is \(what)")
        }
    }

    /// A row as a field of an observation has it.
    ///
    /// - Throws: `RequestFault` where a row has several elements and the field one.
    func value(of row: Int, for field: ObservationField) throws(RequestFault) -> JSONValue {
        let slice = elements[row * width..<(row + 1) * width]
        switch field.kind {
        case .counts, .names: return .array(Array(slice))
        case .level, .count, .time, .text:
            guard width == 1, let only = slice.first else {
                throw RequestFault("input \(name) has \(width) elements a row; 1 is wanted")
            }
            return only
        }
    }
}
