import Foundation
import Glibc
import LoopbackSocket
import Synchronization
import Testing

@Suite("A loopback socket")
struct LoopbackSocketTests {
    private final class Flag: Sendable { let isRaised = Atomic(false) }

    @Test("that is refused closes its descriptor once: one that somebody else was given meanwhile stays open")
    func refusals() async throws {
        let port = try LoopbackSocket.freePorts(1)[0]
        let isOver = Flag()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { isOver.isRaised.store(true, ordering: .relaxed) }
                for _ in 0..<20_000 {
                    #expect(throws: LoopbackSocket.Failure.self) { try LoopbackSocket(port: port, patience: 1) }
                }
            }
            group.addTask {
                var lost = 0
                while !isOver.isRaised.load(ordering: .relaxed) {
                    let mine = (0..<8).map { _ in socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0) }
                    for descriptor in mine where close(descriptor) != 0 { lost += 1 }
                }
                #expect(lost == 0)
            }
        }
    }
}
