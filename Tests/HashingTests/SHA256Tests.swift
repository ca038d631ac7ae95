import Foundation
import Hashing
import Testing

@Suite("SHA-256 by the system's library")
struct SHA256Tests {
    /// Messages and digests of FIPS 180-4's examples, and of no bytes.
    @Test(
        "Gives the digests of the standard's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func standardExamples(message: String, digest: String) {
        #expect(hexadecimal(SHA256.hash(Data(message.utf8))) == digest)
    }

    @Test("Blocks of any size make the digest of the whole, and a digest given begins anew")
    func blocks() {
        let bytes = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        var hash = SHA256()
        for _ in 0..<2 {
            var start = 0
            for size in [0, 1, 63, 64, 65, 4096, 95_711] {
                hash.update(bytes[start..<start + size])
                start += size
            }
            #expect(start == bytes.count)
            #expect(hash.finalize() == SHA256.hash(bytes))
        }
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
