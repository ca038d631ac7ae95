internal import CommandBasics
internal import Foundation
internal import TabularLearning

extension WorldLine {
    private struct Opening: Encodable {
        let version = WorldDescription.currentVersion
        let firstReplica: Int
        let replicas: Int
        let seed: UInt64
    }

    /// Says which worlds are meant and hears what they are.
    ///
    /// - Parameters:
    ///   - replicas: Their numbers within the run.
    ///   - seed: The run's seed.
    /// - Returns: What the program says of them.
    /// - Throws: `EnvironmentFailure` when it does not answer as a world does.
    func open(replicas: Range<Int>, seed: UInt64) throws(EnvironmentFailure) -> WorldDescription {
        var writer = WordWriter()
        let opening = Opening(firstReplica: replicas.lowerBound, replicas: replicas.count, seed: seed)
        writer.write(encodeJSON(opening))
        var reader = try exchange(.open, writer.words, for: .description)
        let description: WorldDescription
        do {
            let text = try reader.text()
            description = try JSONDecoder().decode(WorldDescription.self, from: Data(text.utf8))
        } catch {
            throw failure("does not say what it is: \(Self.words(of: error))")
        }
        do throws(EnvironmentFailure) {
            try description.check()
        } catch {
            throw failure("\(error)")
        }
        return description
    }

    private static func words(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        return switch error {
        case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "'\(context.codingPath.map(\.stringValue).joined(separator: "."))': \(context.debugDescription)"
        @unknown default: "\(error)"
        }
    }
}
