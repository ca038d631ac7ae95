internal import CCrypto
public import Foundation

/// SHA-256 (FIPS 180-4) of bytes that come one block after the other, by OpenSSL's libcrypto.
///
/// The only place that talks to that library; see `docs/decisions/0025-digests-by-libcrypto.md`.
@safe
public struct SHA256: ~Copyable {
    /// The size of a digest in bytes.
    public static let byteCount = 32

    private let context: OpaquePointer

    /// Begins with no bytes.
    public init() {
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("no memory for a digest") }
        unsafe self.context = context
        begin()
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Takes in the bytes that come next.
    public mutating func update(_ bytes: Data) {
        let isTaken = unsafe bytes.withUnsafeBytes { buffer in
            unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
        }
        precondition(isTaken == 1, "libcrypto took no bytes for a digest")
    }

    /// Gives the digest of all bytes so far, and begins anew with none.
    ///
    /// - Returns: 32 bytes.
    public mutating func finalize() -> [UInt8] {
        let digest = unsafe [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            let isGiven = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            precondition(isGiven == 1, "libcrypto gave no digest")
            count = Self.byteCount
        }
        begin()
        return digest
    }

    /// The digest of these bytes: 32 of them.
    public static func hash(_ bytes: Data) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    private func begin() {
        let isBegun = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
        precondition(isBegun == 1, "libcrypto offers no SHA-256 here")
    }
}
