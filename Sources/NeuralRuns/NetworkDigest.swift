internal import Checkpoints
internal import Foundation
public import NeuralLearning

/// The SHA-256 of a network's weights: what two runs that learned the same have in common.
///
/// Of each layer in order the weights [inputs × outputs] and then the bias, row-major, as little-endian IEEE 754 singles: what the
/// `.npy` files hold behind their heads.
public struct NetworkDigest: Sendable, Hashable, CustomStringConvertible {
    /// 64 hexadecimal digits in lower case.
    public let description: String

    /// Computes the digest of a network.
    public init(_ shape: NetworkShape, _ parameters: [Vector]) { self.init([(shape, parameters)]) }

    /// Computes the digest of some networks, one behind the other.
    public init(_ networks: [(shape: NetworkShape, parameters: [Vector])]) {
        var bytes = Data()
        for array in networks.flatMap({ $0.shape.arrays(of: $0.parameters) }) {
            for value in array.values { bytes.append(word: value.bitPattern) }
        }
        description = SealedText.digest(of: bytes)
    }
}

extension Data {
    mutating func append(word: UInt32) {
        for shift in [0, 8, 16, 24] as [UInt32] { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
